/** Small pictures of unfinished images, as WebP. At most one is encoded for an item at a time; more are dropped. */
import sharp from 'sharp'
import type { EventPayload } from '#shared/contract/events.ts'

/** Of 100: it is looked at for a second. */
const QUALITY = 70

export interface RgbPreview {
  readonly widthPx: number
  readonly heightPx: number
  /** RGB8, row by row. */
  readonly pixels: Uint8Array
}

export class PreviewEncoder {
  readonly #tell: (preview: EventPayload<'item.preview'>) => void
  /** By item: what is being encoded. */
  readonly #encoding = new Map<number, RgbPreview>()

  constructor(tell: (preview: EventPayload<'item.preview'>) => void) {
    this.#tell = tell
  }

  /** Never rejects: nothing depends on a preview. */
  async encode(itemId: number, step: number, preview: RgbPreview): Promise<void> {
    if (this.#encoding.has(itemId)) return
    this.#encoding.set(itemId, preview)
    const bytes = await toWebp(preview).catch(() => undefined)
    if (this.#encoding.get(itemId) !== preview) return
    this.#encoding.delete(itemId)
    const { widthPx, heightPx } = preview
    if (bytes !== undefined) this.#tell({ itemId, step, widthPx, heightPx, bytes })
  }

  /** Its image is there, or it was stopped: what is being encoded is not wanted any more. */
  forget(itemId: number): void {
    this.#encoding.delete(itemId)
  }
}

async function toWebp({ widthPx, heightPx, pixels }: RgbPreview): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width: widthPx, height: heightPx, channels: 3 as const }
  return new Uint8Array(await sharp(pixels, { raw }).webp({ quality: QUALITY, effort: 2 }).toBuffer())
}
