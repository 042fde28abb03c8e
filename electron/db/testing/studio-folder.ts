/** For tests: data folders that go away by themselves, and rows to put into databases. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewForeignImage, NewImage } from '../images-writer.ts'
import { openDatabase, type OpenOptions } from '../open-database.ts'
import type { StudioDatabase } from '../studio-database.ts'

const ends: (() => void)[] = []

/** After each test: closes what was opened here and removes the folders. */
export function cleanUp(): void {
  for (const end of ends.splice(0).reverse()) end()
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'reprise-db-'))
  ends.push(() => {
    rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

/** A test may close it earlier. */
export function openTemporary(options: OpenOptions & { dataDir?: string } = {}): StudioDatabase {
  const db = openDatabase(options.dataDir ?? temporaryFolder(), options)
  ends.push(() => {
    db.close()
  })
  return db
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

let fileCount = 0

/** Every call gives another file and other pixels. */
export function sampleImage(changes: Partial<NewImage> = {}): NewImage {
  fileCount += 1
  return {
    kind: 'text-to-image',
    prompt: 'mountains at sunset',
    negativePrompt: '',
    seed: 7n,
    numInferenceSteps: 20,
    guidanceScale: 7.5,
    widthPx: 512,
    heightPx: 512,
    scheduler: 'pndm',
    sigmas: 'default',
    modelName: 'starter',
    modelHash: 'a'.repeat(64),
    precision: 'float32',
    provider: 'cpu',
    engineVersion: '0.1.0',
    runtimeVersion: '1.30.0',
    createdAtMs: 1_700_000_000_000 + fileCount,
    pixelHash: sha256(`pixels ${fileCount}`),
    fileName: `images/${fileCount}.png`,
    fileSizeBytes: 1000,
    threadCount: 2,
    durationMs: 1500,
    ...changes,
  }
}

/** As another program made it, of which nothing but the prompt was understood. */
export function sampleForeign(changes: Partial<NewForeignImage> = {}): NewForeignImage {
  fileCount += 1
  const { prompt = 'a boat' } = changes
  return {
    origin: 'comfyui',
    prompt,
    widthPx: 512,
    heightPx: 512,
    createdAtMs: 1_700_000_000_000 + fileCount,
    pixelHash: sha256(`pixels ${fileCount}`),
    fileName: `images/${fileCount}.webp`,
    fileSizeBytes: 1000,
    read: { source: 'comfyui', fields: { prompt: { fidelity: 'exact', value: prompt } }, notUnderstood: [], raw: '{}' },
    ...changes,
  }
}
