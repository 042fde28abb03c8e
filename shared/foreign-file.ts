/**
 * Names what lies under the name of a safetensors file and is none, from its first bytes: pages and pointers that came
 * instead of a download, and formats of other programs. People find these by the hundred; "damaged" would not help them.
 */

/** As many bytes are enough to tell. */
export const FOREIGN_FILE_BYTES = 512

/** @returns what it is and what to do, to follow "not a safetensors file: "; undefined if it is not known */
export function describeForeignFile(firstBytes: Uint8Array): string | undefined {
  const latin = Array.from(firstBytes.subarray(0, FOREIGN_FILE_BYTES), (byte) => String.fromCharCode(byte)).join('')
  const text = latin.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return 'a Git LFS pointer, not the file itself: get it with git lfs pull, or with reprise models download'
  }
  if (/^<(!doctype|html|head|\?xml)/i.test(text)) {
    return 'a web page, not a model: its address was that of a page, or asks for a login; download the file itself'
  }
  if (text.startsWith('{"') || /^\{\s*"/.test(text)) {
    return 'a text (JSON), such as the answer of a server that refused: download the file again'
  }
  // PyTorch writes a zip of pickles, older versions a pickle alone
  const [first, protocol] = firstBytes
  if (latin.startsWith('PK\u0003\u0004') || (first === 0x80 && protocol >= 2 && protocol <= 5)) {
    return 'a pickle of PyTorch, which is not read as it can run code: get the safetensors form of the model'
  }
  if (latin.startsWith('GGUF')) return 'a GGUF file, which is not supported: get the safetensors form of the model'
  if (/^(entry not found|invalid username or password|access to model|repository not found|not found)/i.test(text)) {
    return 'the answer of a server that refused, not a model: download the file again, with a token if it needs one'
  }
  if (firstBytes.length >= 64 && firstBytes.every((byte) => byte === 0)) {
    return 'nothing but zeros: its download was begun and not finished'
  }
  return undefined
}
