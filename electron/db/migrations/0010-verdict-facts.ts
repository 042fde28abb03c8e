/** What a verdict found in the image's file, and how far two images are apart. */
import type { Migration } from './migration.ts'

export const verdictFactsMigration: Migration = {
  version: 10,
  name: 'verdict facts',
  sql: `
    -- null: in verdicts from before it was kept, and where nothing was made
    ALTER TABLE verdicts ADD COLUMN file_state TEXT;
    -- decibels; null where nothing was measured
    ALTER TABLE verdicts ADD COLUMN psnr_db REAL;
  `,
}
