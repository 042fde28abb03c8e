/**
 * For tests: how other programs read `parameters`, by their own rules, so that what is written can be held to them.
 * Each throws or gives undefined where the program reads nothing.
 */

export interface ReadElsewhere {
  readonly prompt: string
  readonly negative: string
  readonly pairs: Readonly<Record<string, string>>
}

/** A1111, modules/infotext_utils.py. */
export function a1111Reads(text: string): ReadElsewhere {
  const lines = text.trim().split('\n')
  const found = [...lines.pop()!.matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)]
  if (found.length < 3) throw new Error('no line of settings')
  let prompt = ''
  let negative = ''
  let isNegative = false
  for (const whole of lines) {
    let line = whole.trim()
    if (line.startsWith('Negative prompt:')) {
      isNegative = true
      line = line.slice(16).trim()
    }
    if (isNegative) negative += (negative === '' ? '' : '\n') + line
    else prompt += (prompt === '' ? '' : '\n') + line
  }
  const unquoted = (value: string) => (/^".*"$/s.test(value) ? (JSON.parse(value) as string) : value)
  return { prompt, negative, pairs: Object.fromEntries(found.map(([, key, value]) => [key, unquoted(value)])) }
}

/** ComfyUI's frontend, src/scripts/pnginfo.ts: names in small letters; values end at a colon. */
export function comfyReads(text: string): ReadElsewhere | undefined {
  const stepsAt = text.lastIndexOf('\nSteps:')
  const negativeAt = text.lastIndexOf('\nNegative prompt:', stepsAt)
  if (stepsAt === -1 || negativeAt === -1) return undefined
  const found = text
    .slice(stepsAt)
    .split('\n')[1]
    .match(/\s*([^:]+:\s*([^"{].*?|".*?"|\{.*?\}))\s*(,|$)/g)!
  const pairs = found.map((pair) => {
    const [key, value] = pair.split(':')
    return [key.trim().toLowerCase(), value.replace(/,$/, '').trim()] as const
  })
  return {
    prompt: text.slice(0, negativeAt).trim(),
    negative: text.slice(negativeAt + 18, stepsAt).trim(),
    pairs: Object.fromEntries(pairs),
  }
}

/** StabilityMatrix, GenerationParameters.cs: brackets and quotes open and close within the line. */
export function stabilityMatrixReads(text: string): ReadElsewhere {
  const lines = text.split('\n')
  const last = lines.pop()!
  if (!last.startsWith('Steps:')) throw new Error('no line that begins with Steps:')
  let joined = lines.join('\n').trim()
  if (joined.endsWith('Negative prompt:')) joined += ' '
  const at = joined.indexOf('Negative prompt: ')
  return {
    prompt: joined.slice(0, at).trim(),
    negative: joined.slice(at + 'Negative prompt: '.length).trim(),
    pairs: Object.fromEntries(pairsOutsideBrackets(last)),
  }
}

function* pairsOutsideBrackets(line: string): Generator<[string, string]> {
  const closing: Partial<Record<string, string>> = { ']': '[', '}': '{', ')': '(', '>': '<' }
  const open: string[] = []
  let key: string | undefined
  let start = 0
  for (let at = 0; at <= line.length; at++) {
    const char = line[at] ?? 'end'
    if (char === '"' && open.at(-1) === '"') open.pop()
    else if ('"[{(<'.includes(char)) open.push(char)
    else if (closing[char] !== undefined && open.at(-1) === closing[char]) open.pop()
    else if (char === ':' && key === undefined && open.length === 0) {
      key = line.slice(start, at).trim()
      start = at + 1
    } else if ((char === ',' && open.length === 0) || char === 'end') {
      if (key !== undefined) yield [key, line.slice(start, at).trim()]
      key = undefined
      start = at + 1
    }
  }
}

/**
 * SD Prompt Reader and stable-diffusion-image-metadata: the settings are the first line that begins with "Steps: ", and
 * the negative prompt begins at the first mark in front of it.
 */
export function firstStepsReads(text: string): ReadElsewhere {
  const lines = text.split(/\r\n|[\p{Cc}\u2028\u2029]/u)
  const stepsAt = lines.findIndex((line) => /^steps: /i.test(line))
  const negativeAt = lines.findIndex((line) => /^negative prompt:/i.test(line))
  const found = [...lines[stepsAt].matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)]
  return {
    prompt: lines.slice(0, negativeAt).join('\n'),
    negative: lines.slice(negativeAt, stepsAt).join('\n').slice('Negative prompt:'.length),
    pairs: Object.fromEntries(found.map(([, key, value]) => [key, value])),
  }
}

/** SwarmUI, metadatahelpers.js: the negative prompt is one line, and the settings are the next. */
export function swarmReads(text: string): ReadElsewhere {
  const trimmed = text.trim()
  if (!trimmed.includes('\n')) throw new Error('one line is not read')
  const mark = '\nNegative prompt: '
  const markAt = trimmed.indexOf(mark)
  const lines = trimmed.split('\n')
  const [negative, settings] = markAt === -1 ? ['', lines.at(-1)!] : trimmed.slice(markAt + mark.length).split('\n', 2)
  const parts = settings.split(',').map((part) => part.split(':').map((word) => word.trim()))
  return {
    prompt: markAt === -1 ? lines.slice(0, -1).join('\n') : trimmed.slice(0, markAt),
    negative,
    pairs: Object.fromEntries(parts.filter(({ length }) => length === 2) as [string, string][]),
  }
}
