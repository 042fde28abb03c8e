/** For tests: images of the history that no engine had to make. */
import { createHash } from 'node:crypto'
import type { ImageSettings } from '#shared/generation.ts'
import type { ImageRecord } from '#shared/history.ts'
import { openDatabase } from '../../db/open-database.ts'
import { ImageStore } from '../../services/images/image-store.ts'

const SIDE_PX = 8

/** As the engine of tests makes it, unless it is said otherwise: as light as the seed's last byte. */
export async function saveImage(
  dataDir: string,
  { grey, ...changes }: Partial<ImageSettings> & { grey?: number } = {},
): Promise<ImageRecord> {
  const settings: ImageSettings = {
    kind: 'text-to-image',
    prompt: 'a',
    negativePrompt: '',
    seed: 1n,
    numInferenceSteps: 3,
    guidanceScale: 7.5,
    widthPx: SIDE_PX,
    heightPx: SIDE_PX,
    scheduler: 'ddim',
    sigmas: 'default',
    modelName: 'fake',
    modelHash: 'ab'.repeat(32),
    precision: 'float32',
    provider: 'cpu',
    engineVersion: '0.0.0-fake',
    runtimeVersion: '0.0.0',
    ...changes,
  }
  const pixels = new Uint8Array(SIDE_PX * SIDE_PX * 3).fill(grey ?? Number(settings.seed & 255n))
  const pixelHash = createHash('sha256').update(pixels).digest('hex')
  const made = { widthPx: SIDE_PX, heightPx: SIDE_PX, pixels, pixelHash, settings, durationMs: 1, threadCount: 1 }
  const db = openDatabase(dataDir, { role: 'guest' })
  try {
    return await new ImageStore({ db, dataDir }).save(made, { name: 'test', dayMs: Date.now() })
  } finally {
    db.close()
  }
}
