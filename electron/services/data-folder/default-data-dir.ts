/** Where queue, history and images are kept if nobody says otherwise: where each system keeps the data of programs. */
import envPaths from 'env-paths'

/**
 * `REPRISE_DATA_DIR` as it is (the caller makes it absolute), else `~/.local/share/reprise` or where XDG_DATA_HOME
 * says, `~/Library/Application Support/Reprise`, `%LOCALAPPDATA%\Reprise\Data`.
 */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  const asked = env.REPRISE_DATA_DIR ?? ''
  if (asked !== '') return asked
  const isLinuxLike = process.platform !== 'darwin' && process.platform !== 'win32'
  return envPaths(isLinuxLike ? 'reprise' : 'Reprise', { suffix: '' }).data
}
