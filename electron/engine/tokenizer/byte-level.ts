/**
 * The printable stand-ins for bytes in which vocabularies of GPT-2's kind are written: '!' to '~', '¡' to '¬' and '®'
 * to 'ÿ' stand for themselves, the other bytes, in order, for U+0100 and up.
 */

function standIns(): string[] {
  const chars: string[] = []
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const itself = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    chars.push(String.fromCharCode(itself ? byte : next++))
  }
  return chars
}

/** Indexed by byte. */
export const BYTE_CHARS: readonly string[] = standIns()

const CHAR_BYTES = new Map(BYTE_CHARS.map((char, byte) => [char, byte]))

/** The bytes that a token stands for; one with other characters in it, as added tokens can be, is text itself. */
export function tokenBytes(token: string): Uint8Array {
  const bytes: number[] = []
  for (const char of token) {
    const byte = CHAR_BYTES.get(char)
    if (byte === undefined) return Buffer.from(token)
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}
