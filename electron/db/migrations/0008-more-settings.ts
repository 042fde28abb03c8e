/** Settings that only some images have, as JSON in one column: a new one needs no migration. */
import type { Migration } from './migration.ts'

export const moreSettingsMigration: Migration = {
  version: 8,
  name: 'more settings',
  sql: `
    ALTER TABLE images ADD COLUMN more_settings TEXT CHECK (more_settings IS NULL OR json_valid(more_settings));
    -- what is kept of models changed: the next scan looks at all of them again
    UPDATE models SET stamp = '', facts = NULL;
  `,
}
