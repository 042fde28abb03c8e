/** Making images again through the queue, and files that somebody took away. */
import type { Migration } from './migration.ts'

export const reproductionMigration: Migration = {
  version: 4,
  name: 'reproduction',
  sql: `
    -- its items make images of the history again and are judged, instead of adding new ones
    ALTER TABLE jobs ADD COLUMN is_reproduction INTEGER NOT NULL DEFAULT 0 CHECK (is_reproduction IN (0, 1));
    ALTER TABLE job_items ADD COLUMN reproduces_image_id INTEGER REFERENCES images (id) ON DELETE SET NULL;
    ALTER TABLE job_items ADD COLUMN verdict_id INTEGER REFERENCES verdicts (id) ON DELETE SET NULL;
    CREATE INDEX job_items_by_reproduced_image ON job_items (reproduces_image_id)
      WHERE reproduces_image_id IS NOT NULL;
    CREATE INDEX job_items_by_verdict ON job_items (verdict_id) WHERE verdict_id IS NOT NULL;

    -- the row is there, the file is not
    ALTER TABLE images ADD COLUMN is_missing INTEGER NOT NULL DEFAULT 0 CHECK (is_missing IN (0, 1));
    CREATE INDEX images_missing ON images (id) WHERE is_missing = 1;
  `,
}
