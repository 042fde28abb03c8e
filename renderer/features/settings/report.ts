/** What doctor and the studio say about themselves, as text to paste elsewhere: without where things lie. */
import type { Finding } from '#shared/contract/studio.ts'

export interface About {
  readonly version: string
  readonly nodeVersion: string
  readonly platform: string
  readonly engine: { readonly state: string; readonly lastFailure: { code: string; message: string } | null }
  readonly startupNotes: readonly string[]
}

/** A path from the root or from home on, of Unix, Windows or a network: in quotes, or bare up to the next space. */
const PATH =
  /(?<open>["'`«“])(?<quoted>(?:~?[/\\]|[A-Za-z]:[/\\])[^"'`»”]*)(?<close>["'`»”])|(?<![\w.:/\\])(?:~[/\\]|[/\\]{1,2}(?=[^\s/\\])|[A-Za-z]:[/\\])[^\s"'`,;()]*[^\s"'`,;:.()]/g

/** The last name stays, since it says what is meant; where it lies is private. */
export function withoutPaths(text: string): string {
  return text.replace(
    PATH,
    (path: string, open: string | undefined, quoted: string | undefined, close: string | undefined) =>
      `${open ?? ''}…/${lastName(quoted ?? path)}${close ?? ''}`,
  )
}

export function reportText(about: About, findings: readonly Finding[], browser: string): string {
  const { lastFailure, state } = about.engine
  const lines = [
    `Reprise ${about.version}`,
    `Node ${about.nodeVersion}, ${about.platform}`,
    browser,
    `engine: ${state}${lastFailure === null ? '' : `; ended with ${lastFailure.code}: ${lastFailure.message}`}`,
    ...about.startupNotes.map((note) => `at the start: ${note}`),
    '',
    ...findings.map(({ name, state, message }) => `[${state}] ${name}: ${message}`),
  ]
  return `${lines.map(withoutPaths).join('\n')}\n`
}

function lastName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '' && part !== '~') ?? ''
}
