/** Comments of JPEGs and XMP packets: what programs write there is read as if it stood in a PNG. */
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { readSettings } from '../read-settings.ts'
import { readTexts } from '../read-texts.ts'
import { jpegComments } from './jpeg-comments.ts'
import { xmpTexts } from './xmp-texts.ts'

const INFOTEXT =
  'a café 山 cat <b> & "dog"\nNegative prompt: bad\nSteps: 20, CFG scale: 7.000000, Seed: 5, Size: 512x512, ' +
  'Model: m.safetensors, RNG: cuda, Sampler: euler_a discrete, Version: stable-diffusion.cpp'

const picture = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#204060' } })

async function jpegWith(...comments: (string | Buffer)[]): Promise<Buffer> {
  const jpeg = await picture().jpeg().toBuffer()
  const segments = comments.map((comment) => {
    const data = Buffer.from(comment)
    const head = Buffer.from([0xff, 0xfe, 0, 0])
    head.writeUInt16BE(data.length + 2, 2)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}

const packet = (inside: string): string =>
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  `xmlns:sdcpp="https://example.org/ns/" xmlns:dc="http://purl.org/dc/elements/1.1/"${inside}` +
  '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const settingsOf = async (bytes: Uint8Array): Promise<ReadSettings> => readSettings(await readTexts(bytes))

const READ = {
  source: 'stable-diffusion.cpp',
  fields: {
    prompt: { value: 'a café 山 cat <b> & "dog"' },
    negativePrompt: { value: 'bad' },
    seed: { value: 5n },
    numInferenceSteps: { value: 20 },
  },
}

test('the comment of a JPEG, with a keyword before it or without', async () => {
  expect(await settingsOf(await jpegWith(`parameters\0${INFOTEXT}`))).toMatchObject(READ)
  expect(await settingsOf(await jpegWith('made with care', `parameters\0${INFOTEXT}\0`))).toMatchObject(READ)
  expect(await settingsOf(await jpegWith(INFOTEXT))).toMatchObject(READ)
})

test.each([
  ['a field', `><sdcpp:parameters>${escaped(INFOTEXT)}</sdcpp:parameters></rdf:Description>`],
  ['an attribute', ` sdcpp:parameters="${escaped(INFOTEXT).replaceAll('\n', '&#10;')}"/>`],
  [
    'a list of languages',
    `><dc:description><rdf:Alt>\n<rdf:li xml:lang="x-default">${escaped(INFOTEXT)}</rdf:li></rdf:Alt></dc:description></rdf:Description>`,
  ],
  ['CDATA', `><sdcpp:parameters><![CDATA[${INFOTEXT}]]></sdcpp:parameters></rdf:Description>`],
])('an XMP packet with %s, in WebP, JPEG and PNG', async (_name, inside) => {
  const image = picture().withXmp(packet(inside))
  for (const format of ['webp', 'jpeg', 'png'] as const) {
    expect(await settingsOf(await image.clone().toFormat(format).toBuffer())).toMatchObject(READ)
  }
})

test("JSON with plain names in a comment is that of Fooocus' fork, its seed exact", async () => {
  const json =
    '{"prompt": "a cat", "negative_prompt": "bad", "seed": 693194942663826797, "width": 512, "height": 768, ' +
    '"sampler": "euler", "scheduler": "karras", "steps": 30, "cfg": 7, "base_model": "m.safetensors"}'
  expect(await settingsOf(await jpegWith(json))).toMatchObject({
    source: 'fooocus',
    fields: {
      prompt: { fidelity: 'exact', value: 'a cat' },
      seed: { value: 693194942663826797n },
      numInferenceSteps: { value: 30 },
      guidanceScale: { value: 7 },
      widthPx: { value: 512 },
      heightPx: { value: 768 },
      modelName: { value: 'm' },
    },
    notUnderstood: [],
  })
})

test('a comment that says nothing of settings is named, and nothing is made of it', async () => {
  const read = await settingsOf(await jpegWith('CREATOR: gd-jpeg v1.0'))
  expect(read).toMatchObject({ source: 'unknown', fields: {} })
})

test('bytes that are no segments, and packets that are no XML, end the reading', () => {
  const start = [0xff, 0xd8]
  for (const bytes of [
    [],
    start,
    [...start, 0xff, 0xfe],
    [...start, 0xff, 0xfe, 0, 0],
    [...start, 0xff, 0xfe, 0xff, 0xff, 1],
  ]) {
    expect(jpegComments(Uint8Array.from(bytes))).toEqual([])
  }
  expect(jpegComments(Uint8Array.from([...start, ...Array.from({ length: 5_000 }, () => 0xff)]))).toEqual([])
  const startedMs = performance.now()
  xmpTexts(Buffer.from('<a:parameters>'.repeat(200_000)))
  xmpTexts(Buffer.from('<a:parameters '.repeat(200_000)))
  xmpTexts(Buffer.from(' a:parameters="'.repeat(200_000)))
  expect(xmpTexts(Buffer.from('<a:parameters>&#99999999;&nothing;&#x41;</a:parameters>'))).toEqual([
    { name: 'parameters', text: '&#99999999;&nothing;A' },
  ])
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
