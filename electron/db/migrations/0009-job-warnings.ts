/** What the engine warned of while a job ran, such as a prompt that was cut: whoever asks for the job is told. */
import type { Migration } from './migration.ts'

export const jobWarningsMigration: Migration = {
  version: 9,
  name: 'job warnings',
  sql: `
    -- a list of texts
    ALTER TABLE jobs ADD COLUMN warnings TEXT CHECK (warnings IS NULL OR json_valid(warnings));
  `,
}
