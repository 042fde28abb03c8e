/** Pictures with the settings that they carry, as the studio read them, and how they were read. */
import type { ReadView } from '#shared/contract/metadata.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

/** Photographs and scans: nothing is read out of them before they are sent, and sending them takes long. */
const MAX_READ_BYTES = 60 * 1024 * 1024
/** Sent at a time. */
const AT_ONCE = 3

export interface CarriedPicture {
  /** Absent: it was a text. */
  readonly file?: File
  /** Undefined: nothing could be read, see `error`; or it is too large to be looked into. */
  readonly settings?: ReadView
  readonly error?: AppError
}

export function hasSettings({ settings }: CarriedPicture): boolean {
  return settings !== undefined && Object.keys(settings.fields).length > 0
}

/** In the order of the files. What fails is told with its picture. */
export async function readCarried(api: StudioState['api'], files: readonly File[]): Promise<CarriedPicture[]> {
  const read: CarriedPicture[] = []
  for (let at = 0; at < files.length; at += AT_ONCE) {
    read.push(...(await Promise.all(files.slice(at, at + AT_ONCE).map((file) => readOne(api, file)))))
  }
  return read
}

async function readOne(api: StudioState['api'], file: File): Promise<CarriedPicture> {
  if (file.size > MAX_READ_BYTES) return { file }
  try {
    return { file, settings: await api.metadata.read({ bytes: new Uint8Array(await file.arrayBuffer()) }) }
  } catch (error) {
    return { file, error: AppError.from(error) }
  }
}
