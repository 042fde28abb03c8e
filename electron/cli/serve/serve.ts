/** `reprise serve`: the studio behind a web server, until it is asked to end. */
import { once } from 'node:events'
import { AppError, quoted } from '#shared/errors.ts'
import type { Studio } from '../../services/studio/open-studio.ts'
import type { WebServer } from '../../web/server.ts'
import type { StudioOptions } from '../add-command.ts'
import type { CliHost } from '../host.ts'
import { onInterrupt } from '../interrupt.ts'
import { openOwner } from '../open-owner.ts'
import { printJson, printLine } from '../print.ts'
import { printNote } from '../report-error.ts'

export interface ServeOptions extends StudioOptions {
  host: string
  port: number
  token?: string
  newToken?: boolean
  allowedHost?: string[]
  a1111?: boolean
}

/** Ends when it was asked to, which is no failure. */
export async function serve(options: ServeOptions, host: CliHost): Promise<void> {
  // loaded when asked for: no other command needs a web server
  const [{ startWebServer }, { keptToken }, { checkExposure }] = await Promise.all([
    import('../../web/server.ts'),
    import('../../services/settings/kept-token.ts'),
    import('../../web/host-address.ts'),
  ])
  const given = options.token ?? host.token
  if (given === '')
    throw new AppError(
      'invalid-argument',
      'the token is empty: give one, or leave it out for the one of the data folder',
    )
  const warning = checkExposure(options.host, given)

  const studio = await openOwner(host, options, 'use that one, end it, or choose another folder with --data-dir')
  const interrupt = onInterrupt({
    note: (message) => {
      printNote(host, message)
    },
    first: 'ending after the running step',
  })
  try {
    const token = given ?? (await keptToken(studio.dataDir, { isNew: options.newToken === true }))
    const server = await startWebServer({
      studio,
      host: options.host,
      port: options.port,
      token,
      allowedHosts: options.allowedHost ?? [],
      a1111: options.a1111 ?? false,
      ...(host.pagesDir === undefined ? {} : { pagesDir: host.pagesDir }),
      onInternalError: (error, where) => {
        printNote(host, `${where} failed: ${error.message}`)
      },
    }).catch((error: unknown) => {
      throw listenError(error, options)
    })
    try {
      for (const message of [...studio.startupNotes, ...(warning === undefined ? [] : [`warning: ${warning}`])]) {
        printNote(host, message)
      }
      if (options.json === true) printJson(host, { url: server.url, token })
      else printWelcome(server, studio, options, host)
      await ended(studio, interrupt.signal, host)
    } finally {
      await server.close()
    }
  } finally {
    await studio.close()
    interrupt.release()
  }
}

async function ended(studio: Studio, signal: AbortSignal, host: CliHost): Promise<void> {
  const stopListening = studio.bus.listen((event) => {
    if (event.name === 'warning') printNote(host, `warning: ${event.payload.message}`)
  })
  if (!signal.aborted) await once(signal, 'abort')
  stopListening()
}

function printWelcome(
  { url, signInUrl }: WebServer,
  { dataDir }: Studio,
  { a1111 }: ServeOptions,
  host: CliHost,
): void {
  printLine(host, `The studio is at  ${signInUrl}`)
  printLine(host, `Its data is in    ${dataDir}`)
  if (a1111 === true) printLine(host, `A1111's API is at ${url} (any user name; the password is the token)`)
  printLine(host, 'To end it: Ctrl-C. What is not finished then goes on the next time.')
}

const REASONS: Partial<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: choose another port with --port, or 0 for any that is free',
  EACCES: 'the system does not let you listen there: choose a port above 1023 with --port',
  EADDRNOTAVAIL: 'this machine has no such address: choose another with --host',
  ENOTFOUND: 'the name is not known: choose another with --host',
}

function listenError(error: unknown, { host, port }: ServeOptions): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  if (reason === undefined) return error
  return new AppError('invalid-argument', `cannot listen at ${quoted(host)}, port ${port}: ${reason}`, {
    data: { host, port },
    cause: error,
  })
}
