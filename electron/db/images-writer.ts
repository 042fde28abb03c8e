/** Adds images to the history once their file is whole on disk, and changes what people may change about them. */
import { KeptSettingsSchema, type ReadSettings } from '#shared/contract/metadata.ts'
import type { ForeignImage, OwnImage } from '#shared/history.ts'
import { EnvironmentsWriter } from './environments-writer.ts'
import { IDS_PER_MS, firstIdAt } from './image-id.ts'
import { moreSettingsColumn } from './image-row.ts'
import { notFound } from './not-found.ts'
import { PromptsWriter } from './prompts-writer.ts'
import { seedToColumn } from './seed-column.ts'
import type { SqlParams, WriteSql } from './sql.ts'

type Later = 'id' | 'favourite' | 'rating' | 'trashedAtMs' | 'isMissing'

/** What is known of an image when it is new: of one that was made here, and of another. */
export type NewImage = Omit<OwnImage, Later | 'origin'>
export type NewForeignImage = Omit<ForeignImage, Later> & { readonly read: ReadSettings }

const NO_SETTINGS = {
  kind: null,
  resizeMode: null,
  inputImageHash: null,
  maskHash: null,
  moreSettings: null,
  threadCount: null,
  durationMs: null,
}

export class ImagesWriter {
  readonly #sql: WriteSql
  readonly #prompts: PromptsWriter
  readonly #environments: EnvironmentsWriter

  constructor(sql: WriteSql) {
    this.#sql = sql
    this.#prompts = new PromptsWriter(sql)
    this.#environments = new EnvironmentsWriter(sql)
  }

  /**
   * Inputs and masks must have their rows before (InputsWriter).
   * @returns the image's id, which says its created time
   */
  add(image: NewImage): number {
    return this.#insert(image.createdAtMs, {
      origin: 'reprise',
      kind: image.kind,
      promptId: this.#prompts.intern(image.prompt),
      negativePromptId: this.#prompts.intern(image.negativePrompt),
      seed: seedToColumn(image.seed),
      numInferenceSteps: image.numInferenceSteps,
      guidanceScale: image.guidanceScale,
      widthPx: image.widthPx,
      heightPx: image.heightPx,
      scheduler: image.scheduler,
      sigmas: image.sigmas,
      strength: image.strength ?? null,
      resizeMode: image.resizeMode ?? null,
      inputImageHash: image.inputImageHash ?? null,
      maskHash: image.maskHash ?? null,
      moreSettings: moreSettingsColumn(image),
      environmentId: this.#environments.intern(image),
      threadCount: image.threadCount,
      durationMs: Math.round(image.durationMs),
      pixelHash: image.pixelHash,
      fileName: image.fileName,
      fileSizeBytes: image.fileSizeBytes,
    })
  }

  /** One that was not made here, with what its file says. @returns its id */
  addForeign(image: NewForeignImage): number {
    const { read, modelName, modelHash } = image
    const intern = (text: string | undefined): number | null => (text === undefined ? null : this.#prompts.intern(text))
    const id = this.#insert(image.createdAtMs, {
      ...NO_SETTINGS,
      origin: image.origin,
      promptId: intern(image.prompt),
      negativePromptId: intern(image.negativePrompt),
      seed: image.seed === undefined ? null : seedToColumn(image.seed),
      numInferenceSteps: image.numInferenceSteps ?? null,
      guidanceScale: image.guidanceScale ?? null,
      widthPx: image.widthPx,
      heightPx: image.heightPx,
      scheduler: image.scheduler ?? null,
      sigmas: image.sigmas ?? null,
      strength: image.strength ?? null,
      environmentId: modelName === undefined ? null : this.#environments.intern({ modelName, modelHash }),
      pixelHash: image.pixelHash,
      fileName: image.fileName,
      fileSizeBytes: image.fileSizeBytes,
    })
    const { raw, ...settings } = read
    this.#sql.run('INSERT INTO read_settings (image_id, settings, raw) VALUES (@id, @settings, @raw)', {
      id,
      settings: JSON.stringify(KeptSettingsSchema.encode(settings)),
      raw: raw.toWellFormed(),
    })
    return id
  }

  #insert(createdAtMs: number, columns: SqlParams): number {
    const id = this.#freeIdAt(createdAtMs)
    this.#sql.run(
      `INSERT INTO images (id, origin, kind, prompt_id, negative_prompt_id, seed, num_inference_steps, guidance_scale,
         width_px, height_px, scheduler, sigmas, strength, resize_mode, input_hash, mask_hash, more_settings, environment_id,
         thread_count, duration_ms, pixel_hash, file_name, file_size_bytes)
       VALUES (@id, @origin, @kind, @promptId, @negativePromptId, @seed, @numInferenceSteps, @guidanceScale,
         @widthPx, @heightPx, @scheduler, @sigmas, @strength, @resizeMode, @inputImageHash, @maskHash, @moreSettings, @environmentId,
         @threadCount, @durationMs, @pixelHash, @fileName, @fileSizeBytes)`,
      { ...columns, id },
    )
    return id
  }

  setFavourite(id: number, favourite: boolean): void {
    this.#change(id, 'UPDATE images SET favourite = @value WHERE id = @id', favourite ? 1 : 0)
  }

  /** @param rating 0 (none) to 5 */
  setRating(id: number, rating: number): void {
    this.#change(id, 'UPDATE images SET rating = @value WHERE id = @id', rating)
  }

  /** Whether its file is gone from the data folder. */
  setMissing(id: number, isMissing: boolean): void {
    this.#change(id, 'UPDATE images SET is_missing = @value WHERE id = @id', isMissing ? 1 : 0)
  }

  /** Where its file lies now, relative to the data folder, after somebody moved it within that. */
  setFileName(id: number, fileName: string): void {
    this.#change(id, 'UPDATE images SET file_name = @value, is_missing = 0 WHERE id = @id', fileName)
  }

  /** Into the trash, or with `null` out of it. The row and the file stay. */
  setTrashed(id: number, trashedAtMs: number | null): void {
    this.#change(
      id,
      'UPDATE images SET trashed_at = @value, is_trashed = @value IS NOT NULL WHERE id = @id',
      trashedAtMs,
    )
  }

  /** For good. The file is the caller's to delete, after the commit, so that no row ever points at nothing. */
  remove(id: number): void {
    const prompts = this.#sql.get<{ a: number | null; b: number | null }>(
      'SELECT prompt_id AS a, negative_prompt_id AS b FROM images WHERE id = @id',
      { id },
    )
    if (prompts === undefined) throw notFound('image', id)
    this.#sql.run('DELETE FROM images WHERE id = @id', { id })
    this.#prompts.removeUnused([prompts.a, prompts.b].filter((prompt) => prompt !== null))
  }

  #change(id: number, text: string, value: number | string | null): void {
    if (this.#sql.run(text, { id, value }).changes === 0) throw notFound('image', id)
  }

  /** The clock may stand still or jump back; ids within a millisecond count up, and spill into the next when full. */
  #freeIdAt(createdAtMs: number): number {
    for (let first = firstIdAt(createdAtMs); ; first += IDS_PER_MS) {
      const last = first + IDS_PER_MS - 1
      const taken = this.#sql.get<{ id: number | null }>(
        'SELECT max(id) AS id FROM images WHERE id BETWEEN @first AND @last',
        { first, last },
      )
      const id = taken?.id == null ? Math.max(first, 1) : taken.id + 1
      if (id <= last) return id
    }
  }
}
