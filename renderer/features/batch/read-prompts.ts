/** Prompts out of a text: one a line, blank lines skipped. */
export function readPrompts(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}
