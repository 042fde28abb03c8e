/** What the engine reads out of a model's folder beside its name: components, defaults, memory, all that is wrong. */
import type { Migration } from './migration.ts'

export const modelFactsMigration: Migration = {
  version: 7,
  name: 'model facts',
  sql: `
    ALTER TABLE models ADD COLUMN facts TEXT CHECK (facts IS NULL OR json_valid(facts));
    -- the next scan looks at all of them again
    UPDATE models SET stamp = '';
  `,
}
