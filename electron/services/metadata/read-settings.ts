/** Which of a file's texts tells the settings, and in which format: the most exact first. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { readInfotext } from './formats/a1111.ts'
import { readComfy } from './formats/comfyui.ts'
import { readFooocus } from './formats/fooocus.ts'
import { readDream, readInvoke, readInvokeSd } from './formats/invokeai.ts'
import { readReprise } from './formats/reprise.ts'
import { readStabilityMatrix } from './formats/stabilitymatrix.ts'
import { readSwarm } from './formats/swarmui.ts'
import { Reading } from './reading.ts'
import type { Texts } from './read-texts.ts'

type Reader = (text: string) => ReadSettings | undefined

/** A1111, SwarmUI and Fooocus write under the same names. */
const readParameters: Reader = (text) =>
  text.trimStart().startsWith('{')
    ? (readSwarm(text) ?? readFooocus(text) ?? readStabilityMatrix(text) ?? readReprise(text))
    : readInfotext(text)

/** ComfyUI's WebP files: `prompt:{…}`. */
const readPrefixed: Reader = (text) =>
  /^prompt:\s*\{/i.test(text) ? readComfy(text.slice('prompt:'.length)) : undefined

const READERS: readonly (readonly [name: string, read: Reader])[] = [
  ['reprise', readReprise],
  // JPEG and WebP of ours
  ['MakerNote', readReprise],
  ['parameters-json', readStabilityMatrix],
  ['invokeai_metadata', readInvoke],
  ['parameters', readParameters],
  ['UserComment', readParameters],
  ['sd-metadata', readInvokeSd],
  ['Dream', readDream],
  ['prompt', readComfy],
  // the oldest JPEGs of StableSwarmUI have their JSON there
  ['Model', (text) => readPrefixed(text) ?? readSwarm(text)],
  ['Make', readPrefixed],
  ['ImageDescription', (text) => readPrefixed(text) ?? readParameters(text)],
  // the comment of a file, under its own name: what programs write into it has no other mark
  ['Comment', (text) => readPrefixed(text) ?? readParameters(text)],
  ['Description', readParameters],
]

/** Names of texts that do not tell how an image was made. */
const SILENT = /^(software|make|model|date|creation time|title|author|copyright|xml:|icc|raw profile)/i

export function readSettings(texts: Texts): ReadSettings {
  for (const [name, read] of READERS) {
    const text = texts.get(name)
    const settings = text === undefined ? undefined : read(text)
    if (settings !== undefined) return settings
  }
  const reading = new Reading('unknown')
  for (const [name, text] of texts) {
    if (SILENT.test(name) && !text.startsWith('{')) continue
    const note = name === 'workflow' ? "ComfyUI's drawing of the graph, without what was run" : undefined
    reading.other(name, text, note)
  }
  return reading.done([...texts.values()][0] ?? '')
}

/** Of a text that somebody copied: infotext, or JSON of any of the programs. */
export function readPasted(text: string): ReadSettings {
  const trimmed = text.trim()
  const readers = trimmed.startsWith('{')
    ? [readReprise, readSwarm, readFooocus, readStabilityMatrix, readInvokeSd, readComfy, invokeIfNamed]
    : [readPrefixed, readInfotext, readDream]
  for (const read of readers) {
    const settings = read(trimmed)
    if (settings !== undefined) return settings
  }
  return new Reading('unknown').done(text)
}

/** Any JSON would do for InvokeAI's reader; without its file's name one of its own fields has to be there. */
const invokeIfNamed: Reader = (text) => (/"(positive_prompt|cfg_scale)"/.test(text) ? readInvoke(text) : undefined)
