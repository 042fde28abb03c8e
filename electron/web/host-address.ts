/** Addresses to listen at: which of them other machines can reach, and what follows from that. */
import { BlockList, isIP } from 'node:net'
import { AppError, quoted } from '#shared/errors.ts'

const MIN_TOKEN_LENGTH = 12

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Without the brackets of a URL, and an IPv4 address in IPv6 form as IPv4. */
export function bareAddress(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=\d+\.)/i, '')
}

export function isLoopback(host: string): boolean {
  const address = bareAddress(host)
  const version = isIP(address)
  if (version === 0) return address.toLowerCase() === 'localhost'
  return loopback.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

/** Every address of the machine. */
export function isWildcard(host: string): boolean {
  const address = bareAddress(host)
  return address === '0.0.0.0' || /^[0:]+$/.test(address)
}

/**
 * Whether the studio may be served at this address. Where other machines can reach it, a token must have been chosen
 * on purpose.
 *
 * @param token as the person gave it; undefined if it was made up
 * @returns what the person should be warned of
 * @throws {AppError} `invalid-argument`
 */
export function checkExposure(host: string, token: string | undefined): string | undefined {
  if (isLoopback(host)) return undefined
  if (token === undefined || token.length < MIN_TOKEN_LENGTH) {
    throw new AppError(
      'invalid-argument',
      `${quoted(host)} can be reached from other machines: give a token of at least ${MIN_TOKEN_LENGTH} characters of your own`,
    )
  }
  return (
    `the studio at ${quoted(host)} can be reached from other machines over plain HTTP: whoever can listen on the network ` +
    'sees the token and all images. In networks you do not trust, reach it through an SSH tunnel or a proxy with TLS'
  )
}
