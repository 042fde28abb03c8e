/** All migrations, in order. A new one goes to the end; those that were released are never touched again. */
import { imagesMigration } from './0001-images.ts'
import { queueMigration } from './0002-queue.ts'
import { studioMigration } from './0003-studio.ts'
import { reproductionMigration } from './0004-reproduction.ts'
import { downloadsMigration } from './0005-downloads.ts'
import { foreignImagesMigration } from './0006-foreign-images.ts'
import { modelFactsMigration } from './0007-model-facts.ts'
import { moreSettingsMigration } from './0008-more-settings.ts'
import { jobWarningsMigration } from './0009-job-warnings.ts'
import { verdictFactsMigration } from './0010-verdict-facts.ts'
import type { Migration } from './migration.ts'

export const MIGRATIONS: readonly Migration[] = [
  imagesMigration,
  queueMigration,
  studioMigration,
  reproductionMigration,
  downloadsMigration,
  foreignImagesMigration,
  modelFactsMigration,
  moreSettingsMigration,
  jobWarningsMigration,
  verdictFactsMigration,
]
