/**
 * A prompt as it is typed, in parts: text, choices "{a|b}" (which may hold choices), lists "__name__".
 *
 * Every text is a prompt: a brace without its partner, and a group without "|", are text like any other. A backslash
 * takes the meaning from the sign behind it: \{ \} \| \_. Reads each sign once, whatever it is given.
 */

export type TemplatePart = string | { readonly options: readonly Template[] } | { readonly list: string }
export type Template = readonly TemplatePart[]

/** Deeper than anyone writes; what is nested deeper is text. */
const MAX_DEPTH = 32
const ESCAPED = /\\([{}|_])/y
const LIST = /__([\p{L}\p{N}](?:[\p{L}\p{N} ./-]|_(?!_)){0,63})__/uy

/** A group whose end was not seen yet. */
interface OpenGroup {
  readonly options: TemplatePart[][]
}

export function parseTemplate(text: string): Template {
  const sequence: TemplatePart[] = []
  const open: OpenGroup[] = []
  const current = (): TemplatePart[] => open.at(-1)?.options.at(-1) ?? sequence
  let at = 0
  while (at < text.length) {
    const character = text[at]
    const escaped = character === '\\' ? matchAt(ESCAPED, text, at) : undefined
    const list = character === '_' ? matchAt(LIST, text, at) : undefined
    if (escaped !== undefined) addText(current(), escaped[1])
    else if (list !== undefined) current().push({ list: list[1] })
    else if (character === '{' && open.length < MAX_DEPTH) open.push({ options: [[]] })
    else if (character === '|' && open.length > 0) open.at(-1)!.options.push([])
    else if (character === '}' && open.length > 0) {
      const { options } = open.pop()!
      if (options.length > 1) current().push({ options })
      else addAll(current(), ['{', ...options[0], '}'])
    } else addText(current(), character)
    at += (escaped ?? list ?? character)[0].length
  }
  while (open.length > 0) {
    const { options } = open.pop()!
    addAll(current(), ['{', ...options.flatMap((option, index) => (index === 0 ? option : ['|', ...option]))])
  }
  return sequence
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function addAll(sequence: TemplatePart[], parts: readonly TemplatePart[]): void {
  for (const part of parts) {
    if (typeof part === 'string') addText(sequence, part)
    else sequence.push(part)
  }
}

function addText(sequence: TemplatePart[], text: string): void {
  const last = sequence.at(-1)
  if (typeof last === 'string') sequence[sequence.length - 1] = last + text
  else sequence.push(text)
}
