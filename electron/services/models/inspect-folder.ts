/** What the list of models says about one folder after a look at it; whatever goes wrong there becomes its problem. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError, quoted, type ErrorCode } from '#shared/errors.ts'
import { NO_FACTS, type ModelSummary } from '#shared/model-summary.ts'
import type { ModelRecord } from '../../db/models-reader.ts'
import { cachedName } from './hugging-face-cache.ts'

export type NewModel = Omit<ModelRecord, 'id'>

/** With what is known of its files, for the next scan; empty if that shall look again. */
export interface LookedAt {
  readonly model: NewModel
  readonly stamp: string
}

/** They say something about the moment or the program, not about the folder. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'engine-protocol'])

/**
 * @param known its row so far: a folder that is gone keeps its name and hash, so that people know what is missing
 * @param stamp of its files before the look
 */
export async function inspectFolder(
  path: string,
  known: ModelRecord | undefined,
  stamp: string,
  inspect: (modelDir: string) => Promise<ModelSummary>,
): Promise<LookedAt> {
  const before: NewModel = known ?? emptyModel(path, cachedName(path) ?? basename(path))
  if (await isGone(path)) {
    const problem = `the folder is gone: put it back at ${quoted(path)}, or remove it from the model folders`
    return { model: withProblem(before, 'model-not-found', problem), stamp: '' }
  }
  const seenAtMs = Date.now()
  try {
    const { name, architecture, hash, sizeBytes, ...facts } = await inspect(path)
    const model = {
      path,
      // the engine knows a folder that has no name of its own by that of the folder: a commit in the cache
      name: name === basename(path) ? (cachedName(path) ?? name) : name,
      architecture,
      hash: hash ?? '',
      sizeBytes,
      seenAtMs,
      problem: facts.problems.at(0)?.message ?? null,
      facts,
    }
    return { model, stamp }
  } catch (thrown) {
    const error = AppError.from(thrown)
    // the studio closed in the middle of it: nothing was learnt about the folder
    if (error.code === 'cancelled') return { model: before, stamp: '' }
    const mayPass = error.retryable || PASSING.has(error.code)
    return {
      model: { ...withProblem(before, error.code, error.message), hash: '', seenAtMs },
      stamp: mayPass ? '' : stamp,
    }
  }
}

/** Before the first look at it. */
export function emptyModel(path: string, name: string): NewModel {
  return {
    path,
    name,
    architecture: 'unknown',
    hash: '',
    sizeBytes: 0,
    seenAtMs: Date.now(),
    problem: null,
    facts: NO_FACTS,
  }
}

function withProblem(model: NewModel, code: ErrorCode, message: string): NewModel {
  return { ...model, problem: message, facts: { ...model.facts, problems: [{ code, message }] } }
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
