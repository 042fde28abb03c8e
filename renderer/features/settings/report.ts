/**
 * What doctor and the studio say about themselves, as text to send to somebody: without where things lie, who uses them,
 * what lets in, and what was made.
 */
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
  /(?<open>["'`«“])(?<quoted>(?:~?[/\\]|[A-Za-z]:[/\\])[^"'`»”\n]*)(?<close>["'`»”])|(?<![\w.:/\\])(?:~[/\\]|[/\\]{1,2}(?=[^\s/\\])|[A-Za-z]:[/\\])[^\s"'`,;()]*[^\s"'`,;:.()]/g

/** The last name stays, since it says what is meant; where it lies is private. */
function withoutPaths(text: string): string {
  return text.replace(
    PATH,
    (path: string, open: string | undefined, quoted: string | undefined, close: string | undefined) =>
      `${open ?? ''}…/${lastName(quoted ?? path)}${close ?? ''}`,
  )
}

const TOKEN = /\bhf_\w+|(?<=\b(?:token|Bearer)[=: ]\s*)[\w.~+/-]{8,}/gi
const HOME = /(?:\/home\/|\/Users\/|\b[A-Za-z]:[/\\]Users[/\\])([^/\\\s"'`»”]+)/g

/** Of a person's home folder: the name is theirs, wherever else it stands. */
function userNames(text: string): string[] {
  return [...new Set([...text.matchAll(HOME)].map(([, name]) => name))]
}

/** Tokens, paths, and the names of those whose folders they lie in. */
export function withoutPrivate(text: string): string {
  let clean = withoutPaths(text.replace(TOKEN, '…'))
  for (const name of userNames(text)) {
    clean = clean.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, 'gu'), '…')
  }
  return clean
}

/** @param failures codes of what went wrong with the latest jobs; their messages may quote prompts */
export function reportText(
  about: About,
  findings: readonly Finding[],
  browser: string,
  failures: readonly string[] = [],
): string {
  const { lastFailure, state } = about.engine
  const lines = [
    `Reprise ${about.version}`,
    `Node ${about.nodeVersion}, ${about.platform}`,
    browser,
    `engine: ${state}${lastFailure === null ? '' : `; ended with ${lastFailure.code}: ${lastFailure.message}`}`,
    ...about.startupNotes.map((note) => `at the start: ${note}`),
    ...(failures.length === 0 ? [] : [`jobs that failed lately: ${failures.join(', ')}`]),
    '',
    ...findings.map(({ name, state, message }) => `[${state}] ${name}: ${message}`),
  ]
  return `${withoutPrivate(lines.join('\n'))}\n`
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function lastName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '' && part !== '~') ?? ''
}
