/**
 * What is opened with the app: dropped on its icon, chosen under "Open with", given to its command. Pictures become
 * inputs, folders are looked through for models.
 */
import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { InputView } from '#shared/contract/inputs.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { Studio } from '../services/studio/open-studio.ts'
import type { AppMessage } from './event-feed.ts'

/** @param args as the command was given them: without the program, and in development without the app's folder */
export function filesOf(args: readonly string[], workingDir: string): string[] {
  return args
    .filter((arg) => arg !== '' && !arg.startsWith('-'))
    .map((arg) => (isAbsolute(arg) ? arg : resolve(workingDir, arg)))
}

/** One after another: pictures are large. What cannot be taken is a problem to tell, and stops nothing. */
export async function takeFiles(
  paths: readonly string[],
  { inputs, client }: Pick<Studio, 'inputs' | 'client'>,
): Promise<Extract<AppMessage, { type: 'opened' }>> {
  const taken: InputView[] = []
  const problems: string[] = []
  for (const path of paths) {
    try {
      const isFolder = await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
      if (!isFolder) {
        const { hash } = await inputs.addFile(path)
        taken.push(await client.inputs.get({ hash }))
        continue
      }
      const found = await client.models.addFolder({ path })
      if (found.length === 0) problems.push(`There is no model in ${quoted(path)}.`)
    } catch (error) {
      problems.push(AppError.from(error).message)
    }
  }
  return { type: 'opened', inputs: taken, problems }
}
