/**
 * How long a scan takes: 2,000 files with headers as those of real ones, and 500 model folders that nobody has to look
 * into again. Run: node test/bench/scan-bench.ts
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_FACTS } from '#shared/model-summary.ts'
import { openDatabase } from '../../electron/db/open-database.ts'
import { EventBus } from '../../electron/services/events/event-bus.ts'
import { ModelsService } from '../../electron/services/models/models-service.ts'
import {
  clipShapes,
  loraShapes,
  unetShapes,
  vaeShapes,
  writeSafetensors,
} from '../../electron/services/models/testing/sample-headers.ts'
import { SettingsService } from '../../electron/services/settings/settings-service.ts'

const FILES = 2_000
const FOLDERS = 500
const SD1 = join(import.meta.dirname, '../fixtures/pipelines/models/sd1')

const dir = mkdtempSync(join(tmpdir(), 'reprise-scan-'))
const db = openDatabase(join(dir, 'data'))
const bus = new EventBus()
const settings = new SettingsService({ db, bus })
let inspections = 0
const models = new ModelsService({
  db,
  bus,
  settings,
  starterModelDir: join(dir, 'starter'),
  inspect: () => {
    inspections++
    return Promise.resolve({ name: 'model', architecture: 'x', hash: 'a'.repeat(64), sizeBytes: 1, ...NO_FACTS })
  },
})

/** Mostly LoRA, as people have them. */
const KINDS = [
  ['Lora', loraShapes(768)],
  ['Lora', loraShapes(768)],
  ['Lora', loraShapes(2048)],
  ['Lora', loraShapes(2048)],
  ['Stable-diffusion', { ...unetShapes(768), ...vaeShapes(), ...clipShapes() }],
  ['Stable-diffusion', { ...unetShapes(2048), ...vaeShapes(), ...clipShapes() }],
  ['embeddings', { emb_params: [4, 768] }],
  ['VAE', vaeShapes(4, '')],
] as const
const files = join(dir, 'webui', 'models')
for (let i = 0; i < FILES; i++) {
  const [folder, shapes] = KINDS[i % KINDS.length]
  mkdirSync(join(files, folder), { recursive: true })
  writeSafetensors(join(files, folder, `${i}.safetensors`), shapes)
}
const folders = join(dir, 'folders')
for (let i = 0; i < FOLDERS; i++) cpSync(SD1, join(folders, String(i)), { recursive: true })

async function measure(what: string, folder: string): Promise<void> {
  settings.update({ modelFolders: [folder] })
  for (const turn of ['first', 'second', 'third']) {
    inspections = 0
    const beganMs = performance.now()
    await models.scan()
    const tookMs = Math.round(performance.now() - beganMs)
    console.log(`${what}, ${turn} scan: ${tookMs} ms, ${inspections} inspections`)
  }
}

try {
  await measure(`${FILES} files`, files)
  console.log(
    `kinds: ${JSON.stringify(Object.entries(Object.groupBy(models.files.list(), ({ kind }) => kind)).map(([kind, list]) => [kind, list.length]))}`,
  )
  await measure(`${FOLDERS} model folders`, folders)
} finally {
  db.close()
  rmSync(dir, { recursive: true, force: true })
}
