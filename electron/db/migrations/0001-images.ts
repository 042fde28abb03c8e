/**
 * The history: images with every field needed to make them again, the prompts and inputs they came from, the
 * environment they were made in, and the verdicts of making them again.
 *
 * The two `images_by_…` indexes hold all that can be filtered by, so that a page is found in the index alone, in
 * order, however little of it passes the filter (history-query.ts).
 */
import { SEED_COLUMN } from '../seed-column.ts'
import type { Migration } from './migration.ts'

export const imagesMigration: Migration = {
  version: 1,
  name: 'images',
  sql: `
    -- each text once; digest is its sha256, so that long texts make no long index
    CREATE TABLE prompts (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
      text TEXT NOT NULL
    ) STRICT;

    -- input images and masks by the sha256 of their bytes
    CREATE TABLE inputs (
      hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
      file_name TEXT NOT NULL UNIQUE,
      size_bytes INTEGER NOT NULL,
      width_px INTEGER NOT NULL,
      height_px INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    -- what pixels depend on besides the request
    CREATE TABLE environments (
      id INTEGER PRIMARY KEY,
      model_hash TEXT NOT NULL,
      model_name TEXT NOT NULL,
      precision TEXT NOT NULL,
      provider TEXT NOT NULL,
      engine_version TEXT NOT NULL,
      runtime_version TEXT NOT NULL,
      UNIQUE (model_hash, model_name, precision, provider, engine_version, runtime_version)
    ) STRICT;

    CREATE TABLE images (
      id INTEGER PRIMARY KEY CHECK (id > 0),
      kind TEXT NOT NULL,
      prompt_id INTEGER NOT NULL REFERENCES prompts (id),
      negative_prompt_id INTEGER NOT NULL REFERENCES prompts (id),
      seed ${SEED_COLUMN},
      num_inference_steps INTEGER NOT NULL,
      guidance_scale REAL NOT NULL,
      width_px INTEGER NOT NULL,
      height_px INTEGER NOT NULL,
      scheduler TEXT NOT NULL,
      sigmas TEXT NOT NULL,
      strength REAL,
      resize_mode TEXT,
      input_hash TEXT REFERENCES inputs (hash),
      mask_hash TEXT REFERENCES inputs (hash),
      environment_id INTEGER NOT NULL REFERENCES environments (id),
      thread_count INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      pixel_hash TEXT NOT NULL CHECK (length(pixel_hash) = 64),
      file_name TEXT NOT NULL UNIQUE,
      file_size_bytes INTEGER NOT NULL,
      favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
      rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
      trashed_at INTEGER,
      -- not a generated column: with one, SQLite reads the table for every row of an index
      is_trashed INTEGER NOT NULL DEFAULT 0 CHECK (is_trashed = (trashed_at IS NOT NULL))
    ) STRICT;
    CREATE INDEX images_by_time ON images
      (is_trashed, id, rating, favourite, scheduler, kind, width_px, height_px, environment_id, seed);
    CREATE INDEX images_by_rating ON images
      (is_trashed, rating, id, favourite, scheduler, kind, width_px, height_px, environment_id, seed);
    CREATE INDEX images_by_seed ON images (seed, id);
    CREATE INDEX images_by_prompt ON images (prompt_id);
    CREATE INDEX images_by_negative_prompt ON images (negative_prompt_id);
    CREATE INDEX images_by_environment ON images (environment_id);
    CREATE INDEX images_by_pixel_hash ON images (pixel_hash);
    CREATE INDEX images_by_input ON images (input_hash) WHERE input_hash IS NOT NULL;
    CREATE INDEX images_by_mask ON images (mask_hash) WHERE mask_hash IS NOT NULL;

    -- rowid is the image's id, so that matches come in the order of the history; the text itself is in prompts
    CREATE VIRTUAL TABLE image_search USING fts5 (
      prompt, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER images_are_searchable AFTER INSERT ON images BEGIN
      INSERT INTO image_search (rowid, prompt) SELECT new.id, text FROM prompts WHERE id = new.prompt_id;
    END;
    CREATE TRIGGER removed_images_are_not AFTER DELETE ON images BEGIN
      DELETE FROM image_search WHERE rowid = old.id;
    END;

    CREATE TABLE verdicts (
      id INTEGER PRIMARY KEY,
      image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      created_at INTEGER NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('bit-exact', 'different', 'failed')),
      pixel_hash TEXT,
      differing_pixels INTEGER,
      max_difference INTEGER,
      mean_difference REAL,
      difference_file_name TEXT,
      environment_id INTEGER REFERENCES environments (id),
      duration_ms INTEGER NOT NULL,
      message TEXT
    ) STRICT;
    CREATE INDEX verdicts_by_image ON verdicts (image_id, id);
    CREATE INDEX verdicts_by_environment ON verdicts (environment_id);
  `,
}
