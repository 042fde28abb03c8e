/** What people arrange for themselves: tags, collections, presets, settings, and the models to choose from. */
import type { Migration } from './migration.ts'

export const studioMigration: Migration = {
  version: 3,
  name: 'studio',
  sql: `
    CREATE TABLE tags (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> '')
    ) STRICT;
    -- in the order of the history within a tag, as images are within an index
    CREATE TABLE image_tags (
      tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
      image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      PRIMARY KEY (tag_id, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_tags_by_image ON image_tags (image_id, tag_id);

    CREATE TABLE collections (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE collection_images (
      collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      PRIMARY KEY (collection_id, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX collection_images_by_image ON collection_images (image_id, collection_id);

    CREATE TABLE presets (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE models (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      architecture TEXT NOT NULL,
      hash TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      seen_at INTEGER NOT NULL,
      -- why it cannot be used now, if so
      problem TEXT
    ) STRICT;
    CREATE INDEX models_by_hash ON models (hash);
  `,
}
