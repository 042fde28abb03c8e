/** Pictures on their way into the form: files are uploaded, images of the history are taken by their id. */
import { AppError } from '#shared/errors.ts'
import type { ImageDetail } from '#shared/contract/history.ts'
import type { ReadView } from '#shared/contract/metadata.ts'
import { imageUrl, inputUrl, uploadInput } from '#renderer/api/studio-api.ts'
import { madeWith, madeWithOf, type MadeWith } from './made-with.ts'

const MAX_NAME_LENGTH = 80
/** Of files that are looked into for settings: larger ones are photographs and scans, and take long to send. */
const MAX_READ_BYTES = 40 * 1024 * 1024

/** A picture that the studio has, and what people call it. */
export interface TakenPicture {
  readonly hash: string
  readonly name: string
  readonly widthPx: number
  readonly heightPx: number
  /** Null: the file does not tell. Absent: it was not asked yet. */
  readonly made?: MadeWith | null
}

export interface Failure {
  readonly name: string
  readonly error: AppError
}

export interface Source {
  readonly name: string
  /** Known already; absent: the file is asked. */
  readonly made?: MadeWith | undefined
  readonly read: () => Promise<Blob>
}

/** Asks the studio what an image file was made with. */
export type ReadSettings = (bytes: Uint8Array<ArrayBuffer>) => Promise<ReadView>

export function filesAsSources(files: readonly File[], unnamed: string): Source[] {
  return files.map((file) => ({ name: file.name || unnamed, read: () => Promise.resolve(file) }))
}

/** Its prompt names it, and comes with it. @param name if it has none */
export function imageAsSource(
  image: Pick<ImageDetail, 'id' | 'prompt' | 'negativePrompt' | 'seed'>,
  name: string,
): Source {
  const { id } = image
  const made = madeWithOf(image)
  return {
    name: made === undefined ? name : made.prompt.slice(0, MAX_NAME_LENGTH),
    ...(made !== undefined && { made }),
    read: async () => {
      const answer = await fetch(imageUrl(id))
      if (!answer.ok) throw new AppError('image-file-missing', `the file of image ${id} is gone from the data folder`)
      return answer.blob()
    },
  }
}

/** @throws {AppError} what the studio answered, or `connection-lost` */
export async function takePicture({ name, made, read }: Source, readSettings: ReadSettings): Promise<TakenPicture> {
  const file = await read()
  const { hash, widthPx, heightPx } = await uploadInput(file)
  return { hash, name, widthPx, heightPx, made: made ?? (await madeOf(file, readSettings)) }
}

/** What was taken already, by a drop on the desktop app's window, say. */
export async function madeOfInput(hash: string, readSettings: ReadSettings): Promise<MadeWith | null> {
  const answer = await fetch(inputUrl(hash)).catch(() => undefined)
  return answer?.ok === true ? madeOf(await answer.blob(), readSettings) : null
}

/** A picture can be used without: whatever goes wrong here is no reason to refuse it. */
async function madeOf(file: Blob, readSettings: ReadSettings): Promise<MadeWith | null> {
  if (file.size > MAX_READ_BYTES) return null
  try {
    return madeWith(await readSettings(new Uint8Array(await file.arrayBuffer()))) ?? null
  } catch {
    return null
  }
}
