/** Ids of images out of an address, which anybody may have written: "12" or "12.13". */

/** @returns whole numbers from 1 on, each once; what is none is left out */
export function idsIn(text: string | null): number[] {
  const ids = (text ?? '').split('.').filter((part) => /^[1-9]\d*$/.test(part))
  return [...new Set(ids.map(Number))].filter(Number.isSafeInteger)
}
