/** What a model takes of this machine's memory, as the engine reckons when it cuts a job into batches. */
import { cpus, totalmem } from 'node:os'
import type { MemoryView } from '#shared/contract/models.ts'
import type { Settings } from '#shared/contract/settings.ts'
import {
  fixedBytes,
  imagesThatFit,
  rowsPerImage,
  SHARE_OF_FREE_MEMORY,
  workingBytes,
  type MemoryUse,
} from '#shared/model-memory.ts'
import { MODEL_COMPONENTS } from '#shared/names.ts'
import type { ModelRecord } from '../../db/models-reader.ts'

export interface MemoryAsk {
  readonly widthPx?: number | undefined
  readonly heightPx?: number | undefined
  readonly guidanceScale?: number | undefined
  readonly imageCount: number
}

export interface Machine {
  readonly cpuName: string
  readonly totalBytes: number
  readonly freeBytes: number
}

const CPU = 'cpu'

/** All there is, or what the container is given of it; node:os knows the machine alone. */
export function thisMachine(): Machine {
  return {
    cpuName: cpus().at(0)?.model.trim() ?? '',
    totalBytes: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    freeBytes: process.availableMemory(),
  }
}

/** @returns null while it is not known */
export function modelMemory(
  { id, facts: { memory, defaults } }: Pick<ModelRecord, 'id' | 'facts'>,
  ask: MemoryAsk,
  { maxMemoryBytes }: Pick<Settings, 'maxMemoryBytes'>,
  machine: Machine,
): MemoryView | null {
  if (memory === null || defaults === null) return null
  const { widthPx = defaults.widthPx, heightPx = defaults.heightPx, imageCount } = ask
  const rows = rowsPerImage(ask.guidanceScale ?? defaults.guidanceScale)
  const use: MemoryUse = { widthPx, heightPx, rowsPerImage: rows }
  const limitBytes = maxMemoryBytes ?? machine.freeBytes * SHARE_OF_FREE_MEMORY
  // without a limit one image is tried in whatever the machine has
  const canBegin = fixedBytes(memory) + workingBytes(memory, use, 1) <= (maxMemoryBytes ?? machine.totalBytes)
  const imagesAtOnce = canBegin ? Math.min(imageCount, imagesThatFit(memory, use, limitBytes)) : 0
  const part = (name: MemoryView['parts'][number]['part'], bytes: number): MemoryView['parts'][number] => ({
    part: name,
    deviceId: CPU,
    bytes: Math.round(bytes),
  })
  return {
    modelId: id,
    widthPx,
    heightPx,
    imageCount,
    devices: [
      {
        id: CPU,
        kind: 'cpu',
        name: machine.cpuName,
        totalBytes: machine.totalBytes,
        limitBytes: Math.round(limitBytes),
        limitFrom: maxMemoryBytes === null ? 'free' : 'setting',
      },
    ],
    parts: [
      ...MODEL_COMPONENTS.flatMap((name) => {
        const bytes = memory.weightBytes[name]
        return bytes === undefined ? [] : [part(name, bytes)]
      }),
      part('work', workingBytes(memory, use, Math.max(1, imagesAtOnce))),
      part('process', memory.processBytes),
    ],
    imagesAtOnce,
  }
}
