/** Reading settings out of images and texts, with what of them a job could take here. */
import type { ReadSettings, ReadView } from '#shared/contract/metadata.ts'
import { AppError } from '#shared/errors.ts'
import { imageFormatOf, MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import type { ModelsService } from '../models/models-service.ts'
import { readPasted, readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'
import { toNewJob } from './to-new-job.ts'

export interface MetadataDeps {
  readonly db: Pick<StudioDatabase, 'read'>
  readonly models: Pick<ModelsService, 'list'>
}

/** @throws {AppError} `image-invalid` for what is no image, `image-too-large` */
export async function readImage(deps: MetadataDeps, bytes: Uint8Array): Promise<ReadView> {
  if (bytes.length > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(bytes.length)
  if (imageFormatOf(bytes) === undefined) {
    throw new AppError('image-invalid', 'this is no image; settings are read out of PNG, JPEG and WebP files')
  }
  return readView(deps, readSettings(await readTexts(bytes)))
}

export function readText(deps: MetadataDeps, text: string): ReadView {
  return readView(deps, readPasted(text))
}

/** With what a job can take of them. */
export function readView({ db, models }: MetadataDeps, read: ReadSettings): ReadView {
  const means = {
    models: models.list(),
    hasInput: (hash: string) => db.read.inputs.find(hash) !== undefined,
  }
  return { ...read, ...toNewJob(read, means) }
}
