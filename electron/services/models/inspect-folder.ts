/** What the list of models says about one folder after a look at it; whatever goes wrong there becomes its problem. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import type { ModelRecord } from '../../db/models-reader.ts'

export type NewModel = Omit<ModelRecord, 'id'>

/** @param known its row so far: a folder that is gone keeps its name and hash, so that people know what is missing */
export async function inspectFolder(
  path: string,
  known: ModelRecord | undefined,
  inspect: (modelDir: string) => Promise<ModelSummary>,
): Promise<NewModel> {
  const before: NewModel = known ?? emptyModel(path, basename(path))
  if (await isGone(path)) {
    return {
      ...before,
      problem: `the folder is gone: put it back at ${quoted(path)}, or remove it from the model folders`,
    }
  }
  const seenAtMs = Date.now()
  try {
    const { name, architecture, hash, sizeBytes, problems } = await inspect(path)
    return { path, name, architecture, hash: hash ?? '', sizeBytes, seenAtMs, problem: problems.at(0)?.message ?? null }
  } catch (error) {
    return { ...before, hash: '', seenAtMs, problem: AppError.from(error).message }
  }
}

/** Before the first look at it. */
export function emptyModel(path: string, name: string): NewModel {
  return { path, name, architecture: 'unknown', hash: '', sizeBytes: 0, seenAtMs: Date.now(), problem: null }
}

async function isGone(path: string): Promise<boolean> {
  try {
    await stat(path)
    return false
  } catch (error) {
    // anything else the look itself will name
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}
