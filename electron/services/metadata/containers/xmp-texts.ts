/**
 * The few texts of an XMP packet that programs keep settings in: `sdcpp:parameters` of stable-diffusion.cpp, and
 * descriptions and comments, whatever prefix their namespace has. It is not parsed as XML: tags are looked for by name, so
 * that a hostile packet costs no more than its length, and no entity is followed.
 */
import { MAX_SETTINGS_TEXT_LENGTH } from '#shared/contract/metadata.ts'
import type { TextEntry } from './png-texts.ts'

const NAMES: Readonly<Partial<Record<string, string>>> = {
  parameters: 'parameters',
  prompt: 'prompt',
  workflow: 'workflow',
  invokeai_metadata: 'invokeai_metadata',
  usercomment: 'UserComment',
  comment: 'Comment',
  description: 'Description',
}
const OPENING = /<([\w.-]{1,40}:([\w.-]{1,40}))(?:\s[^<>]{0,2000})?>/g
const ATTRIBUTE = /\s[\w.-]{1,40}:([\w.-]{1,40})\s?=\s?(?:"([^"<>]*)"|'([^'<>]*)')/g
const MAX_TEXTS = 50

export function xmpTexts(packet: Buffer): TextEntry[] {
  if (packet.length > MAX_SETTINGS_TEXT_LENGTH) return []
  const xml = packet.toString('utf8')
  const texts: TextEntry[] = []
  const add = (localName: string, text: string): void => {
    const name = NAMES[localName.toLowerCase()]
    if (name !== undefined && text !== '' && texts.length < MAX_TEXTS) texts.push({ name, text })
  }
  let openedCount = 0
  for (const match of xml.matchAll(OPENING)) {
    const [tag, whole, local] = match
    // rdf:Description is the frame around all others
    // each may be looked for to the end of the packet
    if (openedCount >= MAX_TEXTS) break
    if (tag.endsWith('/>') || /^rdf:/i.test(whole)) continue
    if (NAMES[local.toLowerCase()] === undefined) continue
    openedCount += 1
    const from = match.index + tag.length
    const end = xml.indexOf(`</${whole}>`, from)
    if (end !== -1) add(local, plain(xml.slice(from, end)))
  }
  for (const [, local, double = '', single = ''] of xml.matchAll(ATTRIBUTE)) add(local, unescaped(double + single))
  return texts
}

/** Lists such as rdf:Alt and rdf:li are around the text in some fields. */
function plain(content: string): string {
  const cdata = /^\s*<!\[CDATA\[([\s\S]*)\]\]>\s*$/.exec(content)
  return cdata?.[1] ?? unescaped(content.replace(/\s*<[^<>]*>\s*/g, ''))
}

const ENTITIES: Readonly<Partial<Record<string, string>>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi,
    (entity, decimal?: string, hex?: string, name = '') => {
      const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(hex, 16) : undefined
      if (code === undefined) return ENTITIES[String(name)] ?? entity
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity
    },
  )
}
