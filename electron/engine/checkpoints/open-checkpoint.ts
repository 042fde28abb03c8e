/** A model wherever it lies: a folder in diffusers' layout, or one file. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Checkpoint } from './checkpoint.ts'
import { openFolder } from './open-folder.ts'
import { openSingleFile } from './single-file/open-single-file.ts'

/**
 * @param path of the folder with model_index.json, or of a safetensors file
 * @throws {AppError} as `openFolder` and `openSingleFile`
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  return (await isFile(path)) ? openSingleFile(path) : openFolder(path)
}

export async function isFile(path: string): Promise<boolean> {
  const stats = await stat(resolve(path)).catch(() => undefined)
  return stats?.isFile() === true
}
