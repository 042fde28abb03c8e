/** Every limit of the web server in one place. Tests take smaller ones. */
import { MAX_INPUT_BYTES } from '#shared/contract/inputs.ts'

const MB = 1024 * 1024

export const WEB_LIMITS = {
  /**
   * JSON of one request or message. The largest there is, a job of 100,000 items with prompts of 300 characters and
   * negative ones of 200, has 56 MB and takes 0.4 s to parse and check.
   */
  jsonBytes: 64 * MB,
  inputBytes: MAX_INPUT_BYTES,
  /** Each is held in memory whole. */
  uploadsAtOnce: 8,
  /** A1111's API: images of one request, which are sent in one answer; requests that wait for theirs, or bring an image. */
  a1111Images: 64,
  a1111Requests: 8,
  /** All headers of a request must have come by then; the whole request. */
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
  connections: 256,
  /** Of one address. Scrolling through a history asks for some thousand thumbnails a minute. */
  requestsPerMinute: 12_000,
  wrongTokensPerMinute: 20,
  sockets: 32,
  /** Of one socket: calls that are not answered yet, with answers that are not fetched yet; and calls in a second. */
  callsAtOnce: 64,
  callsPerSecond: 500,
  /** What a client has not fetched yet: above the first, previews and progress are left out; above the second it is dropped. */
  slowBytes: 4 * MB,
  stuckBytes: 64 * MB,
  /** A socket that does not answer a ping until the next is gone. */
  pingMs: 30_000,
  /** What is in flight when the server closes may take so long. */
  closeTimeoutMs: 3_000,
}
export type WebLimits = typeof WEB_LIMITS
