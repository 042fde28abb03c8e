/** Which models lie in a folder, by their paths, of Unix or Windows. */
import type { ModelView } from '#shared/contract/models.ts'

export function modelsInside<M extends Pick<ModelView, 'path'>>(models: readonly M[], folder: string): M[] {
  const base = folder.replace(/[/\\]+$/, '')
  return models.filter(({ path }) => path === base || (path.startsWith(base) && /[/\\]/.test(path[base.length])))
}
