/** Downloads with their files, the single files of models, and how model folders looked when they were last looked at. */
import type { Migration } from './migration.ts'

export const downloadsMigration: Migration = {
  version: 5,
  name: 'downloads',
  sql: `
    CREATE TABLE downloads (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- as it was asked for
      source TEXT NOT NULL,
      name TEXT NOT NULL,
      -- the folder that it goes to, absolute
      target TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      created_at INTEGER NOT NULL,
      finished_at INTEGER
    ) STRICT;
    CREATE INDEX downloads_pending ON downloads (id) WHERE state IN ('queued', 'running');

    CREATE TABLE download_files (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      download_id INTEGER NOT NULL REFERENCES downloads (id) ON DELETE CASCADE,
      -- below the target, with forward slashes
      path TEXT NOT NULL,
      url TEXT NOT NULL,
      size_bytes INTEGER,
      sha256 TEXT CHECK (length(sha256) = 64),
      -- of git's own object, where the server tells no sha256
      git_sha1 TEXT CHECK (length(git_sha1) = 40),
      -- of the version that is being fetched
      etag TEXT,
      last_modified TEXT,
      -- what has the bytes so far; another name each time it begins anew
      part_name TEXT,
      -- of them, on disk for sure
      bytes_done INTEGER NOT NULL DEFAULT 0,
      is_done INTEGER NOT NULL DEFAULT 0 CHECK (is_done IN (0, 1)),
      -- what people should know about its way here
      note TEXT,
      UNIQUE (download_id, path)
    ) STRICT;

    CREATE TABLE model_files (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      architecture TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      modified_at INTEGER NOT NULL,
      -- size, time and inode: as long as they are the same, nobody looks into it again
      stamp TEXT NOT NULL,
      seen_at INTEGER NOT NULL,
      problem TEXT,
      sha256 TEXT CHECK (length(sha256) = 64),
      hash_state TEXT NOT NULL CHECK (hash_state IN ('waiting', 'done', 'failed', 'none'))
    ) STRICT;
    CREATE INDEX model_files_by_kind ON model_files (kind, name);
    CREATE INDEX model_files_by_sha256 ON model_files (sha256) WHERE sha256 IS NOT NULL;
    CREATE INDEX model_files_to_hash ON model_files (size_bytes, id) WHERE hash_state = 'waiting';

    -- of all files that a look at the folder depends on; empty: look again
    ALTER TABLE models ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
  `,
}
