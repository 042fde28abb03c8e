/**
 * Everything that was computed, for comparison with other implementations: latents after every scheduler step
 * and the images before rounding, put together from the micro-batches in the order of the images. All images have
 * one size: the engine refuses to trace others.
 */
import { randomUUID } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { elementCount } from '#engine/tensor/tensor.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import { outputError } from '../../services/images/output-error.ts'

interface Plane {
  shape: number[]
  data: Float32Array
}

export interface Trace {
  add(event: GenerationEvent): void
  /** Σ|x| over all pixels of each image, in 0..1, before rounding: one number to compare with another program's. */
  sums(): number[]
  /** @throws {AppError} `output-not-writable`, `disk-full` */
  write(path: string): Promise<void>
}

/** Before the run: can a file be made there? @throws {AppError} `output-not-writable`, `disk-full` */
export async function checkTracePath(path: string): Promise<void> {
  const file = await stat(path).catch(() => undefined)
  if (file?.isDirectory()) throw outputError({ code: 'EISDIR' }, path)
  // the trace is written beside its place and then moved there, so this is the permission that counts
  const probe = `${path}.${randomUUID()}.tmp`
  try {
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (error) {
    throw outputError(error, path)
  }
}

export function createTrace(imageCount: number): Trace {
  const tensors = new Map<string, Plane>()

  /** @param rows which images `data` holds, one after the other, each of `shape` */
  const put = (name: string, rows: readonly number[], shape: readonly number[], data: Float32Array): void => {
    const rowLength = elementCount(shape)
    let tensor = tensors.get(name)
    if (!tensor) {
      tensor = { shape: [imageCount, ...shape], data: new Float32Array(imageCount * rowLength) }
      tensors.set(name, tensor)
    }
    rows.forEach((row, at) => {
      tensor.data.set(data.subarray(at * rowLength, (at + 1) * rowLength), row * rowLength)
    })
  }

  return {
    add(event) {
      if (event.type === 'step' && event.latents) {
        const name = `latents.${String(event.step).padStart(4, '0')}`
        put(name, event.items, event.latents.shape.slice(1), event.latents.data)
      }
      if (event.type === 'image' && event.image) {
        put('image', [event.item], [3, event.heightPx, event.widthPx], event.image)
      }
    },

    sums() {
      const { shape, data } = tensors.get('image') ?? { shape: [0], data: new Float32Array() }
      const length = data.length / shape[0]
      return Array.from({ length: shape[0] }, (_, i) =>
        data.subarray(i * length, (i + 1) * length).reduce((sum, value) => sum + Math.abs(value), 0),
      )
    },

    async write(path) {
      const ordered = [...tensors].sort(([a], [b]) => (a === 'image' ? 1 : b === 'image' ? -1 : a.localeCompare(b)))
      await writeSafetensors(path, new Map(ordered)).catch((error: unknown) => {
        throw error instanceof AppError ? error : outputError(error, path)
      })
    },
  }
}
