/** Pictures on their way into the form: files are uploaded, images of the history are taken by their id. */
import { AppError } from '#shared/errors.ts'
import type { ImageDetail } from '#shared/contract/history.ts'
import { imageUrl, uploadInput } from '#renderer/api/studio-api.ts'

const MAX_NAME_LENGTH = 80

/** A picture that the studio has, and what people call it. */
export interface TakenPicture {
  readonly hash: string
  readonly name: string
  readonly widthPx: number
  readonly heightPx: number
  /** What it was made with, if that is known. */
  readonly prompt?: string
}

export interface Failure {
  readonly name: string
  readonly error: AppError
}

export interface Taken {
  readonly pictures: TakenPicture[]
  readonly failures: Failure[]
}

export interface Source {
  readonly name: string
  readonly prompt?: string
  readonly read: () => Promise<Blob>
}

export function filesAsSources(files: readonly File[], unnamed: string): Source[] {
  return files.map((file) => ({ name: file.name || unnamed, read: () => Promise.resolve(file) }))
}

/** Its prompt names it, and comes with it. @param name if it has none */
export function imageAsSource({ id, prompt }: Pick<ImageDetail, 'id' | 'prompt'>, name: string): Source {
  return {
    name: prompt.trim() === '' ? name : prompt.slice(0, MAX_NAME_LENGTH),
    prompt,
    read: async () => {
      const answer = await fetch(imageUrl(id))
      if (!answer.ok) throw new AppError('image-file-missing', `the file of image ${id} is gone from the data folder`)
      return answer.blob()
    },
  }
}

/** One after another: the studio takes few uploads at once. What fails does not stop the others. */
export async function takePictures(sources: readonly Source[]): Promise<Taken> {
  const taken: Taken = { pictures: [], failures: [] }
  for (const { name, prompt, read } of sources) {
    try {
      const { hash, widthPx, heightPx } = await uploadInput(await read())
      taken.pictures.push({ hash, name, widthPx, heightPx, ...(prompt === undefined ? {} : { prompt }) })
    } catch (error) {
      taken.failures.push({ name, error: AppError.from(error) })
    }
  }
  return taken
}
