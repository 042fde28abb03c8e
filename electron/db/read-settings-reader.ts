/** What the files of images that were not made here say of how they were made. */
import { KeptSettingsSchema, type ReadSettings } from '#shared/contract/metadata.ts'
import type { ReadSql } from './sql.ts'

/** JSON has seeds as text. */
type Encoded = Parameters<typeof KeptSettingsSchema.safeDecode>[0]

export class ReadSettingsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** @returns undefined for an image of ours, and for what another version of Reprise read and this one does not know */
  ofImage(imageId: number): ReadSettings | undefined {
    const row = this.#sql.get<{ settings: string; raw: string }>(
      'SELECT settings, raw FROM read_settings WHERE image_id = @imageId',
      { imageId },
    )
    const kept = row && KeptSettingsSchema.safeDecode(JSON.parse(row.settings) as Encoded)
    return kept?.success === true ? { ...kept.data, raw: row!.raw } : undefined
  }

  /** Images that were not made here and have these pixels and this text, the oldest first. */
  imagesWith(pixelHash: string, raw: string): { id: number; isMissing: boolean }[] {
    return this.#sql
      .all<{ id: number; isMissing: number }>(
        `SELECT i.id, i.is_missing AS isMissing FROM images i JOIN read_settings r ON r.image_id = i.id
         WHERE i.pixel_hash = @pixelHash AND r.raw = @raw ORDER BY i.id`,
        { pixelHash, raw: raw.toWellFormed() },
      )
      .map(({ id, isMissing }) => ({ id, isMissing: isMissing === 1 }))
  }
}
