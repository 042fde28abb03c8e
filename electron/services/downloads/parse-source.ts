/** What somebody gave as a source: a repository of the hub, or the address of one file. */
import { AppError, quoted } from '#shared/errors.ts'

export type Source =
  | { readonly kind: 'repository'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'address'; readonly url: URL }

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95})'
const REPOSITORY = new RegExp(`^(${NAME}/${NAME})(?:@([A-Za-z0-9._/-]{1,200}))?$`)
const DEFAULT_REVISION = 'main'

/** @param hubUrl whose pages are understood too. @throws {AppError} `invalid-argument` */
export function parseSource(text: string, hubUrl: string): Source {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const match = REPOSITORY.exec(text) as (string | undefined)[] | null
    const repository = match?.[1]
    const revision = match?.[2] ?? DEFAULT_REVISION
    if (repository === undefined || repository.includes('..') || revision.includes('..')) throw notASource(text)
    return { kind: 'repository', repository, revision }
  }
  if (!URL.canParse(text)) throw notASource(text)
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw notASource(text)
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid-argument', 'the address has a password in it: give it without, and set a token instead')
  }
  url.hash = ''
  return url.origin === new URL(hubUrl).origin ? ofHubPage(url, text) : { kind: 'address', url }
}

/** `/owner/name`, `/owner/name/tree/rev`, `/owner/name/blob/rev/file`; `resolve` is the file itself. */
function ofHubPage(url: URL, text: string): Source {
  const parts: (string | undefined)[] = decoded(url.pathname, text).split('/').slice(1)
  const [owner, name, view, revision, ...path] = parts
  if (view === 'resolve') return { kind: 'address', url }
  if (view === 'blob' && path.length > 0) {
    url.pathname = url.pathname.replace('/blob/', '/resolve/')
    url.search = ''
    return { kind: 'address', url }
  }
  const isWhole = view === undefined || view === '' || (view === 'tree' && path.length === 0)
  if (!isWhole || !owner || !name) throw notASource(text)
  return parseSource(`${owner}/${name}@${view === 'tree' ? revision : DEFAULT_REVISION}`, url.origin)
}

function decoded(path: string, text: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw notASource(text)
  }
}

function notASource(text: string): AppError {
  return new AppError(
    'invalid-argument',
    `${quoted(text)} is no source: give the address of a file (https://…), or a repository of the hub as owner/name or owner/name@revision`,
  )
}
