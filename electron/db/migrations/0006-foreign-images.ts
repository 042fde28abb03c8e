/**
 * Images that were not made here (docs/adr/0008-foreign-images.md): columns that only ours are sure to have may be NULL
 * in the others, and what their files say of how they were made lies beside them.
 *
 * Both tables are made anew, as sqlite.org/lang_altertable.html (7) has it: SQLite takes no NOT NULL away. Copying
 * a hundred thousand images takes a second or two.
 */
import { NULLABLE_SEED_COLUMN } from '../seed-column.ts'
import type { Migration } from './migration.ts'

export const foreignImagesMigration: Migration = {
  version: 6,
  name: 'foreign images',
  sql: `
    CREATE TABLE new_environments (
      id INTEGER PRIMARY KEY,
      model_hash TEXT,
      model_name TEXT NOT NULL,
      -- of a model that another program names, no more is known
      precision TEXT,
      provider TEXT,
      engine_version TEXT,
      runtime_version TEXT,
      UNIQUE (model_hash, model_name, precision, provider, engine_version, runtime_version),
      CHECK (
        (precision IS NULL AND provider IS NULL AND engine_version IS NULL AND runtime_version IS NULL)
        OR (
          model_hash IS NOT NULL AND precision IS NOT NULL AND provider IS NOT NULL
          AND engine_version IS NOT NULL AND runtime_version IS NOT NULL
        )
      )
    ) STRICT;
    INSERT INTO new_environments
      SELECT id, model_hash, model_name, precision, provider, engine_version, runtime_version FROM environments;
    DROP TABLE environments;
    ALTER TABLE new_environments RENAME TO environments;

    CREATE TABLE new_images (
      id INTEGER PRIMARY KEY CHECK (id > 0),
      -- 'reprise', or whose it is
      origin TEXT NOT NULL CHECK (origin <> ''),
      kind TEXT,
      prompt_id INTEGER REFERENCES prompts (id),
      negative_prompt_id INTEGER REFERENCES prompts (id),
      seed ${NULLABLE_SEED_COLUMN},
      num_inference_steps INTEGER,
      guidance_scale REAL,
      width_px INTEGER NOT NULL,
      height_px INTEGER NOT NULL,
      scheduler TEXT,
      sigmas TEXT,
      strength REAL,
      resize_mode TEXT,
      input_hash TEXT REFERENCES inputs (hash),
      mask_hash TEXT REFERENCES inputs (hash),
      environment_id INTEGER REFERENCES environments (id),
      thread_count INTEGER,
      duration_ms INTEGER,
      pixel_hash TEXT NOT NULL CHECK (length(pixel_hash) = 64),
      file_name TEXT NOT NULL UNIQUE,
      file_size_bytes INTEGER NOT NULL,
      favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
      rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
      trashed_at INTEGER,
      -- not a generated column: with one, SQLite reads the table for every row of an index
      is_trashed INTEGER NOT NULL DEFAULT 0 CHECK (is_trashed = (trashed_at IS NOT NULL)),
      -- the row is there, the file is not
      is_missing INTEGER NOT NULL DEFAULT 0 CHECK (is_missing IN (0, 1)),
      CHECK (
        origin <> 'reprise' OR (
          kind IS NOT NULL AND prompt_id IS NOT NULL AND negative_prompt_id IS NOT NULL AND seed IS NOT NULL
          AND num_inference_steps IS NOT NULL AND guidance_scale IS NOT NULL AND scheduler IS NOT NULL
          AND sigmas IS NOT NULL AND environment_id IS NOT NULL AND thread_count IS NOT NULL
          AND duration_ms IS NOT NULL
        )
      )
    ) STRICT;
    INSERT INTO new_images
      SELECT id, 'reprise', kind, prompt_id, negative_prompt_id, seed, num_inference_steps, guidance_scale,
        width_px, height_px, scheduler, sigmas, strength, resize_mode, input_hash, mask_hash, environment_id,
        thread_count, duration_ms, pixel_hash, file_name, file_size_bytes, favourite, rating, trashed_at,
        is_trashed, is_missing
      FROM images ORDER BY id;
    -- with its indexes and triggers; the text index stays, its rows have the same numbers
    DROP TABLE images;
    ALTER TABLE new_images RENAME TO images;

    CREATE INDEX images_by_time ON images
      (is_trashed, id, rating, favourite, scheduler, kind, width_px, height_px, environment_id, seed, origin);
    CREATE INDEX images_by_rating ON images
      (is_trashed, rating, id, favourite, scheduler, kind, width_px, height_px, environment_id, seed, origin);
    CREATE INDEX images_by_seed ON images (seed, id);
    CREATE INDEX images_by_prompt ON images (prompt_id);
    CREATE INDEX images_by_negative_prompt ON images (negative_prompt_id);
    CREATE INDEX images_by_environment ON images (environment_id);
    CREATE INDEX images_by_pixel_hash ON images (pixel_hash);
    CREATE INDEX images_by_input ON images (input_hash) WHERE input_hash IS NOT NULL;
    CREATE INDEX images_by_mask ON images (mask_hash) WHERE mask_hash IS NOT NULL;
    CREATE INDEX images_missing ON images (id) WHERE is_missing = 1;

    CREATE TRIGGER images_are_searchable AFTER INSERT ON images WHEN new.prompt_id IS NOT NULL BEGIN
      INSERT INTO image_search (rowid, prompt) SELECT new.id, text FROM prompts WHERE id = new.prompt_id;
    END;
    CREATE TRIGGER removed_images_are_not AFTER DELETE ON images WHEN old.prompt_id IS NOT NULL BEGIN
      DELETE FROM image_search WHERE rowid = old.id;
    END;

    -- of images that were not made here
    CREATE TABLE read_settings (
      image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
      -- each field with how far it can be trusted
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      -- the text that they were read from, cut: it tells pictures of the same pixels apart
      raw TEXT NOT NULL
    ) STRICT;
  `,
}
