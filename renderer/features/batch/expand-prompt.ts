/** "{a|b} with {c|d}" as every prompt that it stands for, the last group turning fastest. Groups may hold groups. */

/** A slip in a prompt shall not fill the page. */
export const MAX_VARIANTS = 1_000

interface Reader {
  readonly text: string
  at: number
}

export function expandPrompt(prompt: string): string[] {
  return readSequence({ text: prompt, at: 0 }, false).slice(0, MAX_VARIANTS)
}

/** Up to "|" or "}" within a group; a brace without its partner is text like any other. */
function readSequence(reader: Reader, isInGroup: boolean): string[] {
  let all = ['']
  while (reader.at < reader.text.length) {
    const character = reader.text[reader.at]
    if (isInGroup && (character === '|' || character === '}')) break
    const group = character === '{' ? readGroup(reader) : undefined
    if (group === undefined) {
      reader.at += 1
      all = all.map((text) => text + character)
    } else {
      all = all.slice(0, MAX_VARIANTS).flatMap((text) => group.map((part) => text + part))
    }
  }
  return all
}

/** @returns undefined, with nothing read, if it is no group */
function readGroup(reader: Reader): string[] | undefined {
  const start = reader.at
  const parts: string[] = []
  let choices = 0
  do {
    reader.at += 1
    parts.push(...readSequence(reader, true))
    choices += 1
  } while (reader.text[reader.at] === '|')
  if (reader.text[reader.at] !== '}' || choices < 2) {
    reader.at = start
    return undefined
  }
  reader.at += 1
  return parts
}
