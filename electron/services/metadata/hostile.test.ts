/** Files and texts that lie, and those that are merely large: nothing hangs, nothing throws, what is sound is read. */
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { MAX_SETTINGS_TEXT_LENGTH, type ReadSettings } from '#shared/contract/metadata.ts'
import { exifFields } from './containers/exif-fields.ts'
import { exifText } from './containers/exif-text.ts'
import { pngTexts } from './containers/png-texts.ts'
import { parseJson } from './parse-json.ts'
import { readPasted, readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** @param length what the header says, if not the truth; checksums are not looked at */
function chunk(type: string, data: Buffer | string, length?: number): Buffer {
  const body = Buffer.from(data)
  const header = Buffer.alloc(4)
  header.writeUInt32BE(length ?? body.length)
  return Buffer.concat([header, Buffer.from(type, 'latin1'), body, Buffer.alloc(4)])
}
const png = (...chunks: Buffer[]): Buffer => Buffer.concat([SIGNATURE, ...chunks])

describe('PNG', () => {
  test('a length that lies ends the reading, and keeps what came before', () => {
    const sound = chunk('tEXt', 'a\0one')
    expect(pngTexts(png(sound, chunk('tEXt', 'b\0two', 0xffffffff)))).toEqual([{ name: 'a', text: 'one' }])
    expect(pngTexts(png(sound, chunk('tEXt', 'b\0two', 100)))).toHaveLength(1)
    expect(pngTexts(png(sound).subarray(0, -1))).toEqual([])
  })

  test('what unpacks to more than the limit is passed over', () => {
    const bomb = deflateSync(Buffer.alloc(MAX_SETTINGS_TEXT_LENGTH + 1, 'a'))
    const largest = deflateSync(Buffer.alloc(MAX_SETTINGS_TEXT_LENGTH, 'a'))
    const zipped = (packed: Buffer) => Buffer.concat([Buffer.from('big\0\0'), packed])
    const international = Buffer.concat([Buffer.from('big\0\x01\0\0\0'), bomb])
    const texts = pngTexts(png(chunk('zTXt', zipped(bomb)), chunk('iTXt', international), chunk('tEXt', 'a\0one')))
    expect(texts).toEqual([{ name: 'a', text: 'one' }])
    expect(pngTexts(png(chunk('zTXt', zipped(largest))))[0].text).toHaveLength(MAX_SETTINGS_TEXT_LENGTH)
  })

  test('a thousand bombs are not all tried', () => {
    const bomb = deflateSync(Buffer.alloc(MAX_SETTINGS_TEXT_LENGTH + 1, 'a'))
    const one = chunk('zTXt', Buffer.concat([Buffer.from('big\0\0'), bomb]))
    const file = png(...Array.from({ length: 1000 }, () => one), chunk('tEXt', 'a\0one'))
    expect(pngTexts(file)).toEqual([])
  })

  test('damaged texts are passed over', () => {
    const bad = [
      chunk('tEXt', 'without an end of its name'),
      chunk('tEXt', '\0no name'),
      chunk('tEXt', `${'n'.repeat(80)}\0long name`),
      chunk('zTXt', 'z\0\0no deflate'),
      chunk('iTXt', 'i\0\0\0no end of language'),
    ]
    expect(pngTexts(png(...bad, chunk('tEXt', 'a\0one')))).toEqual([{ name: 'a', text: 'one' }])
  })

  test('UTF-8 where Latin-1 is due, and Latin-1', () => {
    const texts = pngTexts(png(chunk('tEXt', 'a\0Häuschen'), chunk('tEXt', Buffer.from('b\0H\xe4uschen', 'latin1'))))
    expect(texts.map(({ text }) => text)).toEqual(['Häuschen', 'Häuschen'])
  })
})

/** A little-endian block whose directories are these: entries of tag, type, count and value, then the next one's place. */
function tiff(directories: { entries: [tag: number, type: number, count: number, value: number][]; next?: number }[]) {
  const parts = directories.map(({ entries, next = 0 }) => {
    const bytes = Buffer.alloc(2 + entries.length * 12 + 4)
    bytes.writeUInt16LE(entries.length)
    entries.forEach(([tag, type, count, value], index) => {
      bytes.writeUInt16LE(tag, 2 + index * 12)
      bytes.writeUInt16LE(type, 4 + index * 12)
      bytes.writeUInt32LE(count, 6 + index * 12)
      bytes.writeUInt32LE(value, 10 + index * 12)
    })
    bytes.writeUInt32LE(next, bytes.length - 4)
    return bytes
  })
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), ...parts])
}
const EXIF_POINTER = 0x8769
const MODEL = 0x0110

describe('EXIF', () => {
  test('directories that point at themselves and each other are read once', () => {
    const block = tiff([{ entries: [[EXIF_POINTER, 4, 1, 8], [MODEL, 2, 2, 0x41]], next: 8 }]) // prettier-ignore
    expect(exifFields(block).map(({ name }) => name)).toEqual(['Model'])
  })

  test('of fields with one name, the first', () => {
    const block = tiff([{ entries: [[MODEL, 2, 2, 0x41], [MODEL, 2, 2, 0x42]] }]) // prettier-ignore
    expect(exifFields(block).map(({ bytes }) => exifText({ bytes }))).toEqual(['A'])
  })

  test('offsets and counts outside of the block are passed over', () => {
    const entries: [number, number, number, number][] = [
      [MODEL, 2, 100, 0xfffffff0],
      [0x010f, 2, 0xffffffff, 8],
      [0x010e, 2, 1000, 8],
      [EXIF_POINTER, 4, 1, 0xffffffff],
    ]
    expect(exifFields(tiff([{ entries, next: 0xfffffffe }]))).toEqual([])
  })

  test('any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('II*\0', 'MM\0*', ''), (bytes, head) => {
        for (const field of exifFields(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))) exifText(field)
      }),
    )
  })

  const text = 'a house, Häuschen\nSteps: 20'
  const swapped = Buffer.from(text, 'utf16le').swap16()
  test.each([
    ['UTF-16, big-endian', Buffer.concat([Buffer.from('UNICODE\0'), swapped])],
    ['UTF-16, little-endian', Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le')])],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from([0xfe, 0xff]), swapped])], // prettier-ignore
    ['UTF-8 behind the wrong prefix', Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text)])],
    ['ASCII', Buffer.concat([Buffer.from('ASCII\0\0\0'), Buffer.from(text)])],
    ['no prefix', Buffer.from(`${text}\0`)],
  ])('a comment in %s', (_name, bytes) => {
    expect(exifText({ bytes })).toBe(text)
  })
})

describe('JSON', () => {
  test('integers keep every digit; NaN is null', () => {
    expect(parseJson('{"seed": 18446744073709551615, "n": [NaN, -Infinity], "text": "NaN \\" Infinity"}')).toEqual({
      seed: 18446744073709551615n,
      n: [null, null],
      text: 'NaN " Infinity',
    })
  })

  test('what is too deep or too large is none', () => {
    expect(parseJson('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toBeUndefined()
    expect(parseJson(`"${'a'.repeat(MAX_SETTINGS_TEXT_LENGTH)}"`)).toBeUndefined()
    expect(parseJson('{"deep": "[[[[{{{{"}')).toEqual({ deep: '[[[[{{{{' })
  })
})

describe('texts', () => {
  const within = (ms: number, work: () => ReadSettings): ReadSettings => {
    const startedMs = performance.now()
    const read = work()
    expect(performance.now() - startedMs).toBeLessThan(ms)
    return read
  }

  test.each([
    ['letters', 'a'.repeat(2_000_000)],
    ['blanks', ' '.repeat(1_000_000) + 'x'],
    ['pairs', 'aa: "b, '.repeat(200_000)],
    ['quotes and backslashes', 'aa: "\\'.repeat(200_000)],
    ['brackets', `${'<lora:'.repeat(200_000)}\nSteps: 1, Seed: 2, Size: 8x8`],
  ])('two million characters of %s do not hold it up', (_name, text) => {
    within(2000, () => readPasted(text))
  })

  test('a prompt of a megabyte is cut and not used', () => {
    const { fields, raw } = readPasted(`${'word '.repeat(200_000)}\nSteps: 20, Seed: 1, Size: 8x8`)
    expect(fields.prompt).toMatchObject({ fidelity: 'not-understood' })
    expect(fields.prompt!.value.length).toBeLessThan(1000)
    expect(fields.seed).toMatchObject({ value: 1n })
    expect(raw.length).toBeLessThan(110_000)
  })

  test('numbers that are none', () => {
    const { fields } = readPasted('a\nSteps: many, Seed: -1, Size: big, CFG scale: 7')
    expect(fields.numInferenceSteps).toMatchObject({ fidelity: 'not-understood', value: 'many' })
    expect(fields.seed).toMatchObject({ fidelity: 'not-understood', value: '-1' })
    expect(fields.widthPx).toMatchObject({ fidelity: 'not-understood', value: 'big' })
    expect(readPasted('a\nSteps: 1, Seed: 18446744073709551616, Size: 8x8').fields.seed).toMatchObject({
      fidelity: 'not-understood',
    })
  })

  test.each(['', 'just words', '{', '{}', '[]', 'null', '{"a": {"class_type": 1}}', '"'])('nothing in %j', (text) => {
    expect(readPasted(text)).toMatchObject({ source: 'unknown', fields: {} })
  })

  test('any JSON under any name', () => {
    const names = ['parameters', 'prompt', 'invokeai_metadata', 'sd-metadata', 'parameters-json', 'reprise', 'Model']
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.json(), (name, text) => {
        readSettings(new Map([[name, name === 'Model' ? `prompt:${text}` : text]]))
      }),
    )
  })
})

describe('graphs of ComfyUI', () => {
  const sampler = (inputs: Record<string, unknown>) => ({ class_type: 'KSampler', inputs: { seed: 1, ...inputs } })

  test('circles are left', () => {
    const { fields } = readPasted(
      JSON.stringify({
        1: sampler({
          positive: ['2', 0],
          negative: ['2', 1],
          model: ['3', 0],
          latent_image: ['4', 0],
          steps: ['6', 0],
        }),
        2: { class_type: 'Both', inputs: { positive: ['2', 0], negative: ['2', 1] } },
        3: { class_type: 'LoraLoader', inputs: { model: ['3', 0], lora_name: ['5', 0] } },
        4: { class_type: 'LatentFlip', inputs: { samples: ['4', 0] } },
        5: { class_type: 'Reroute', inputs: { '': ['5', 0] } },
        6: { class_type: 'PrimitiveInt', inputs: { value: ['7', 0] } },
        7: { class_type: 'PrimitiveInt', inputs: { value: ['6', 0] } },
      }),
    )
    expect(fields.seed).toEqual({ fidelity: 'exact', value: 1n })
    expect(fields.prompt).toMatchObject({ fidelity: 'not-understood' })
    expect(fields.numInferenceSteps).toMatchObject({ fidelity: 'not-understood' })
  })

  test('links to nowhere, names of built-in things, a batch', () => {
    const { fields } = readPasted(
      JSON.stringify({
        1: sampler({ positive: ['99', 0], negative: ['__proto__', 0], latent_image: ['constructor', 0] }),
        2: sampler({ latent_image: ['3', 0], seed: 5 }),
        3: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 32, batch_size: 4 } },
        constructor: { class_type: 'x' },
      }),
    )
    expect(fields.widthPx).toEqual({ fidelity: 'exact', value: 64 })
    expect(fields.seed).toMatchObject({ fidelity: 'mapped', value: 5n })
  })

  test('a sampler of parts is named', () => {
    const read = readPasted(
      JSON.stringify({
        1: { class_type: 'SamplerCustomAdvanced', inputs: { noise: ['2', 0], latent_image: ['3', 0] } },
        2: { class_type: 'RandomNoise', inputs: { noise_seed: 3 } },
      }),
    )
    expect(read).toMatchObject({ source: 'comfyui', fields: {}, notUnderstood: [{ name: 'SamplerCustomAdvanced' }] })
  })
})

describe('whole files', () => {
  let picture: Buffer
  beforeAll(async () => {
    picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#102030' } })
      .jpeg()
      .toBuffer()
  })

  test('pictures without settings, and no pictures at all', async () => {
    expect(readSettings(await readTexts(picture))).toMatchObject({ source: 'unknown', notUnderstood: [] })
    expect(await readTexts(Buffer.from('no image'))).toEqual(new Map())
    expect(await readTexts(picture.subarray(0, 20))).toEqual(new Map())
  })
})
