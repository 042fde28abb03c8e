/** For tests: a data folder with something of everything in it, and whether it is whole. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emptyModel } from '../../models/inspect-folder.ts'
import { openDatabase } from '../../../db/open-database.ts'
import { sampleImage, sha256 } from '../../../db/testing/studio-folder.ts'

const INPUT = 'an input'
const PICTURES = ['images/2026-11-21/1-0000-7.png', 'images/2026-11-22/2-0000-8.png']

/** A folder of models that is not in the data folder. */
const ELSEWHERE = '/somewhere/models'
const ITEM = { prompt: 'x', negativePrompt: '', seed: 1n }

export function fillDataFolder(dataDir: string): void {
  const db = openDatabase(dataDir)
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(dataDir, name)), { recursive: true })
    writeFileSync(join(dataDir, name), text)
  }
  db.transaction((write) => {
    const hash = sha256(INPUT)
    write.inputs.add({ hash, fileName: `inputs/${hash}.png`, sizeBytes: 8, widthPx: 1, heightPx: 1, createdAtMs: 1 })
    put(`inputs/${hash}.png`, INPUT)
    for (const fileName of PICTURES) {
      write.images.add(sampleImage({ fileName, pixelHash: sha256(fileName), inputImageHash: hash }))
      put(fileName, fileName)
    }
  })
  db.transaction((write) => {
    const path = join(dataDir, 'models', 'own')
    write.settings.set('setting.modelFolders', [join(dataDir, 'models'), ELSEWHERE], 1)
    for (const place of [path, ELSEWHERE]) write.models.save(emptyModel(place, 'own'))
    write.jobs.add({ kind: 'text-to-image', modelDir: path, guidanceScale: 7.5 }, [ITEM], 1)
  })
  put('thumbnails/1-256.webp', 'thumbnail')
  put('temporary/half', 'half')
  db.backup()
  db.close()
}

/** Opens it as its owner. @throws if a row lacks its file, a file has other bytes, or the database is not whole */
export function checkWhole(dataDir: string): void {
  const db = openDatabase(dataDir)
  try {
    db.checkIntegrity()
    const files = db.read.images.filesAfter(0, 10)
    if (files.length !== PICTURES.length) throw new Error(`${files.length} images instead of ${PICTURES.length}`)
    for (const { id, fileName } of files) {
      const { pixelHash } = db.read.images.get(id)
      if (sha256(readFileSync(join(dataDir, fileName), 'utf8')) !== pixelHash) throw new Error(`${fileName} is other`)
    }
    const [input] = db.read.inputs.after('', 10)
    if (sha256(readFileSync(join(dataDir, input.fileName), 'utf8')) !== input.hash)
      throw new Error('the input is other')
    const own = join(dataDir, 'models', 'own')
    const paths = [
      ...(db.read.settings.get('setting.modelFolders') as string[]),
      ...db.read.models.list().map(({ path }) => path),
      ...db.read.jobs.pending().map(({ request }) => request.modelDir),
    ]
    const expected = [join(dataDir, 'models'), ELSEWHERE, own, ELSEWHERE, own]
    if (paths.toSorted().join() !== expected.toSorted().join()) throw new Error(`models at ${paths.join()}`)
  } finally {
    db.close()
  }
}
