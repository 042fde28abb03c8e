/**
 * What must hold in a data folder however its processes ended, read from the outside: an intact database, whole and
 * right files behind all rows, no file without a row, no item with two images or none.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'

export interface Tally {
  /** Finished images: seed → sha256 of the pixels, as the row has it. */
  readonly hashes: ReadonlyMap<string, string>
  /** Items by state. */
  readonly items: Readonly<Partial<Record<string, number>>>
  /** Image files without a row: a kill may leave some, the next start finds them. */
  readonly orphans: readonly string[]
  /** Everything else that is wrong. */
  readonly faults: readonly string[]
}

interface Row {
  seed: string
  fileName: string
  pixelHash: string
}

export interface TallyOptions {
  /** Names of files that were looked at before and need not be decoded again; what is right now is added. */
  known?: Set<string>
}

/** Opens the database read-only, as any other program could, and repairs nothing. */
export async function tally(dataDir: string, { known = new Set() }: TallyOptions = {}): Promise<Tally> {
  const faults: string[] = []
  // files first: whatever has its name by now had its row committed a moment later at most
  const files = imageFiles(dataDir)
  const db = new Database(join(dataDir, 'reprise.sqlite'), { readonly: true, timeout: 10_000 })
  try {
    // a writer that is in the middle of its transaction is given time to end it, on a slow machine as well
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    // one moment for all that follows, whatever is written meanwhile
    db.exec('BEGIN')
    const check = db.pragma('integrity_check', { simple: true })
    if (check !== 'ok') faults.push(`integrity_check: ${String(check)}`)
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0) faults.push('rows without the rows they refer to')
    const rows = db.prepare<[], Row>('SELECT seed, file_name AS fileName, pixel_hash AS pixelHash FROM images').all()

    const named = new Set(rows.map(({ fileName }) => fileName))
    const orphans = files.filter((file) => !named.has(file))
    for (const row of rows) if (!known.has(row.fileName)) await checkFile(dataDir, row, known, faults)

    const hashes = new Map<string, string>()
    for (const { seed, pixelHash, fileName } of rows) {
      if (hashes.has(BigInt(seed).toString())) faults.push(`seed ${seed} has two images, one is ${fileName}`)
      hashes.set(BigInt(seed).toString(), pixelHash)
    }
    const states = db.prepare<[], { state: string; count: number }>(
      'SELECT state, count(*) AS count FROM job_items GROUP BY state',
    )
    const items: Tally['items'] = Object.fromEntries(states.all().map(({ state, count }) => [state, count]))
    const undone = db.prepare("SELECT count(*) FROM job_items WHERE (state = 'done') <> (image_id IS NOT NULL)").pluck()
    if (undone.get() !== 0) faults.push('an item is done without an image, or has one and is not done')
    if ((items.done ?? 0) !== rows.length)
      faults.push(`${items.done ?? 0} items are done, ${rows.length} images are there`)
    return { hashes, items, orphans, faults }
  } finally {
    db.close()
  }
}

async function checkFile(
  dataDir: string,
  { fileName, pixelHash }: Row,
  known: Set<string>,
  faults: string[],
): Promise<void> {
  try {
    const pixels = await sharp(join(dataDir, fileName)).raw().toBuffer()
    const hash = createHash('sha256').update(pixels).digest('hex')
    if (hash === pixelHash) known.add(fileName)
    else faults.push(`${fileName} has other pixels than its row says`)
  } catch (error) {
    faults.push(`${fileName} cannot be read: ${String(error)}`)
  }
}

/** All files under images/, as rows name them. */
function imageFiles(dataDir: string): string[] {
  if (!existsSync(join(dataDir, 'images'))) return []
  return readdirSync(join(dataDir, 'images'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(dataDir.length + 1)
        .replaceAll('\\', '/'),
    )
}
