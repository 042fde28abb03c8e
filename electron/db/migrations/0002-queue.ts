/** The queue: jobs, and one item for each image they ask for, kept with its seed before anything runs. */
import { SEED_COLUMN } from '../seed-column.ts'
import type { Migration } from './migration.ts'

export const queueMigration: Migration = {
  version: 2,
  name: 'queue',
  sql: `
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      -- the request without its items, as JSON
      request TEXT NOT NULL CHECK (json_valid(request)),
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
      -- order among the jobs that are not finished
      position INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER
    ) STRICT;
    CREATE INDEX jobs_pending ON jobs (position, id) WHERE state IN ('queued', 'running', 'paused');
    CREATE INDEX jobs_by_state ON jobs (state, id);

    CREATE TABLE job_items (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      item_index INTEGER NOT NULL,
      position INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'set-aside')),
      prompt_id INTEGER NOT NULL REFERENCES prompts (id),
      negative_prompt_id INTEGER NOT NULL REFERENCES prompts (id),
      seed ${SEED_COLUMN},
      input_hash TEXT REFERENCES inputs (hash),
      mask_hash TEXT REFERENCES inputs (hash),
      attempts INTEGER NOT NULL DEFAULT 0,
      crash_count INTEGER NOT NULL DEFAULT 0,
      -- the last failure, as it crosses process borders
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      started_at INTEGER,
      finished_at INTEGER,
      -- gone when the image was deleted for good
      image_id INTEGER UNIQUE REFERENCES images (id) ON DELETE SET NULL,
      UNIQUE (job_id, item_index)
    ) STRICT;
    CREATE INDEX job_items_to_run ON job_items (job_id, state, position, id);
    CREATE INDEX job_items_running ON job_items (id) WHERE state = 'running';
    CREATE INDEX job_items_by_prompt ON job_items (prompt_id);
    CREATE INDEX job_items_by_negative_prompt ON job_items (negative_prompt_id);
    CREATE INDEX job_items_by_input ON job_items (input_hash) WHERE input_hash IS NOT NULL;
    CREATE INDEX job_items_by_mask ON job_items (mask_hash) WHERE mask_hash IS NOT NULL;
  `,
}
