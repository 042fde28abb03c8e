/**
 * What stands in place of a file that was to be fetched: a clone without Git LFS leaves pointers, and a download from a
 * page's address leaves the page. Said by name, since what their bytes would mean as weights or JSON helps nobody.
 */

const SHOWN_BYTES = 512

/**
 * @param bytes the file, or its beginning
 * @returns what it is and what to do; undefined if it is neither
 */
export function mistakenFor(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, SHOWN_BYTES))
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\//.test(text)) {
    return 'it is a Git LFS pointer, not the file itself: run git lfs pull in its folder, or fetch the model with reprise models download'
  }
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(text)) {
    return 'it is a web page, not the file itself: fetch the file from its download address, or with reprise models download'
  }
  return undefined
}
