/**
 * Text as one line that a terminal only shows. Names out of files are in messages and tables; their control
 * characters would move the cursor, change colours or turn the reading direction.
 */
export function terminalSafe(text: string, maxLength: number): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return shown.replace(/\s*\n\s*/g, ' ').replace(
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
