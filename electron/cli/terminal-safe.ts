import { escapeControls } from '#shared/errors.ts'

/**
 * Text as one line that a terminal only shows. Names out of files are in messages and tables; their control
 * characters would move the cursor, change colours or turn the reading direction.
 */
export function terminalSafe(text: string, maxLength: number): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return escapeControls(shown.replace(/\s*\n\s*/g, ' '))
}
