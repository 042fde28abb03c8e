/** Prompts out of images, as they are written into a row: nothing in them stands for several prompts. */

/** Signs that would make several prompts of it lose their meaning. */
export function escapePrompt(prompt: string): string {
  const isTemplate = ['{', '|', '}'].every((sign) => prompt.includes(sign)) || /__[\p{L}\p{N}]|\\[{}|_]/u.test(prompt)
  return isTemplate ? prompt.replace(/[{}|]|(?<=\\)_|_(?=_)/g, '\\$&') : prompt
}
