/**
 * Looks whether there is a newer version, and says so; it installs nothing. Off until a feed is configured: an address
 * in `update-feed.json` beside the app's resources, `{"feedUrl": "https://…"}`, which answers with
 * `{"version": "1.2.3", "pageUrl": "https://…"}`. Nothing is asked of any server before.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { VERSION } from '#shared/version.ts'

const HttpsUrl = z.url({ protocol: /^https$/ })
const FeedFile = z.object({ feedUrl: HttpsUrl })
const Latest = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+$/), pageUrl: HttpsUrl })
export type Update = z.output<typeof Latest>

const TIMEOUT_MS = 10_000

/**
 * @param feedPath of update-feed.json
 * @param fetchUrl `fetch` of an Electron session, which knows the system's proxy
 * @returns undefined if there is none, no feed, or no answer: a studio works without
 */
export async function lookForUpdate(
  feedPath: string,
  fetchUrl: (url: string, init: { signal: AbortSignal }) => Promise<Response>,
): Promise<Update | undefined> {
  try {
    const { feedUrl } = FeedFile.parse(JSON.parse(await readFile(feedPath, 'utf8')))
    const response = await fetchUrl(feedUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const latest = Latest.parse(await response.json())
    return isNewer(latest.version) ? latest : undefined
  } catch {
    return undefined
  }
}

function isNewer(version: string): boolean {
  const [theirs, ours] = [version, VERSION].map((text) => text.split('.').map(Number))
  const at = theirs.findIndex((part, index) => part !== ours[index])
  return at !== -1 && theirs[at] > ours[at]
}
