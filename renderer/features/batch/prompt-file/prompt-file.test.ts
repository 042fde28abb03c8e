import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPromptFile, readPrompts, type Format } from './prompt-file.ts'

const file = (text: string | Uint8Array<ArrayBuffer>, name: string) => readPromptFile(new File([text], name))
const rowsOf = (text: string, format: Format) => readPrompts(text, 'list', format).rows
const problemsOf = (text: string, format: Format) => readPrompts(text, 'list', format).problems

test('a line each, blank ones left out, without a mark at the beginning', async () => {
  const { rows, problems } = await file('\ufeffa fox\r\n\n  a hen \r\n', 'list.txt')
  expect(rows).toEqual([{ prompt: 'a fox' }, { prompt: 'a hen' }])
  expect(problems).toEqual([])
})

test.each([
  ['the first column', 'a fox,1\n"a hen, ""old""",2\n', [{ prompt: 'a fox' }, { prompt: 'a hen, "old"' }]],
  [
    'named columns in any order',
    'seed,Prompt,negative_prompt,CFG scale,steps,w,h,mood\n7,a fox,,7.5,20,64,128,calm\n,"two\nlines",blur,,,,,\n',
    [
      {
        prompt: 'a fox',
        seed: '7',
        count: 1,
        settings: { guidanceScale: 7.5, numInferenceSteps: 20, widthPx: 64, heightPx: 128 },
      },
      { prompt: 'two\nlines', negative: 'blur' },
    ],
  ],
  [
    'semicolons and decimal commas',
    'prompt;cfg;count\na fox, red;7,5;3',
    [{ prompt: 'a fox, red', count: 3, settings: { guidanceScale: 7.5 } }],
  ],
  ['tabs', 'prompt\tsteps\na fox\t4\n', [{ prompt: 'a fox', settings: { numInferenceSteps: 4 } }]],
])('a table: %s', (_what, text, rows) => {
  expect(readPrompts(text, 'list', 'table')).toMatchObject({ rows, problems: [] })
})

test('columns that say nothing about a prompt are named', () => {
  expect(readPrompts('prompt,mood,sead\na,b,c', 'list', 'table').unused).toEqual(['mood', 'sead'])
  expect(readPrompts('{"prompt":"a","mood":1}', 'list', 'json-lines').unused).toEqual(['mood'])
})

test('JSON lines, text or objects', () => {
  expect(rowsOf('"a fox"\n\n{"prompt":"a hen","seed":3,"images":2,"guidance_scale":5}\n', 'json-lines')).toEqual([
    { prompt: 'a fox' },
    { prompt: 'a hen', seed: '3', count: 2, settings: { guidanceScale: 5 } },
  ])
  expect(rowsOf('{"prompt":"a","seed":"18446744073709551615"}', 'json-lines')[0].seed).toBe('18446744073709551615')
})

test('what is wrong is told by its line, and the good lines are there', () => {
  const { rows, problems } = readPrompts('prompt,steps,seed\na,x,\n"b\n\nb",5,\n,5,\nc,0,\nd,5,-1\ne,5,6', 'l', 'table')
  expect(rows.map(({ prompt }) => prompt)).toEqual(['b\n\nb', 'e'])
  expect(problems).toEqual([
    { line: 2, kind: 'bad-value', field: 'steps', found: 'x', min: 1, max: 10_000 },
    { line: 6, kind: 'prompt-missing' },
    { line: 7, kind: 'bad-value', field: 'steps', found: '0', min: 1, max: 10_000 },
    { line: 8, kind: 'bad-value', field: 'seed', found: '-1' },
  ])
  expect(problemsOf('"a"\n{\nnull\n[]\n{"text":1}\n{"prompt":{}}\n{"mood":1}', 'json-lines')).toMatchObject([
    { line: 2, kind: 'not-json' },
    { line: 3, kind: 'not-a-prompt' },
    { line: 4, kind: 'not-a-prompt' },
    { line: 7, kind: 'prompt-missing' },
  ])
  expect(problemsOf('prompt\na\n"b\nc', 'table')).toEqual([{ line: 3, kind: 'quote-open' }])
})

test('a seed that lost digits as a JSON number is refused', () => {
  expect(problemsOf('{"prompt":"a","seed":18446744073709551615}', 'json-lines')).toMatchObject([
    { kind: 'bad-value', field: 'seed', found: '≈ 18446744073709552000' },
  ])
})

test('a file of too many lines gives the first ten thousand', () => {
  const { rows, problems, problemCount } = readPrompts('a\n'.repeat(10_010), 'list', 'lines')
  expect([rows.length, problemCount]).toEqual([10_000, 1])
  expect(problems).toEqual([{ line: 10_001, kind: 'too-many', max: 10_000 }])
})

test('files that are no text, too large, or have nothing in them, are refused by name', async () => {
  const refused = { code: 'prompt-file-invalid' }
  await expect(file(Uint8Array.of(0x61, 0), 'a.txt')).rejects.toMatchObject(refused)
  await expect(file(Uint8Array.of(0xc3, 0x28), 'a.csv')).rejects.toMatchObject(refused)
  await expect(file('x'.repeat(5 * 1024 * 1024 + 1), 'a.txt')).rejects.toThrow('larger than 5 MB')
  for (const name of ['a.txt', 'a.csv', 'a.jsonl']) {
    await expect(file(' \n', name)).rejects.toThrow(`"${name}" has no prompt`)
  }
})

test('UTF-16 as spreadsheets write it', async () => {
  const bytes = new Uint8Array(Buffer.from('\ufeffprompt\tseed\r\nfüchse\t4\r\n', 'utf16le'))
  expect((await file(bytes, 'a.tsv')).rows).toEqual([{ prompt: 'füchse', seed: '4', count: 1 }])
})

test('hostile files take no time', () => {
  const begun = performance.now()
  for (const unit of ['"', '",', '"\n', ',', '\n"a', '""', 'a;b\t', '{"prompt":']) {
    const text = unit.repeat(Math.floor(1_000_000 / unit.length))
    for (const format of ['lines', 'table', 'json-lines'] as const) {
      try {
        readPrompts(text, 'list', format)
      } catch (error) {
        expect(error).toMatchObject({ code: 'prompt-file-invalid' })
      }
    }
  }
  expect(performance.now() - begun).toBeLessThan(15_000)
})

test('any text is read or refused', () => {
  const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'prompt', 'seed', '1', '{', '}', ':', 'é') })
  fc.assert(
    fc.property(text, fc.constantFrom<Format[]>('lines', 'table', 'json-lines'), (content, format) => {
      try {
        const { rows, problems } = readPrompts(content, 'list', format)
        expect(rows.every(({ prompt }) => prompt.trim() !== '')).toBe(true)
        expect(problems.every(({ line }) => line >= 1 && line <= content.split(/\r\n|\r|\n/).length)).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ code: 'prompt-file-invalid' })
      }
    }),
  )
})

test('a number of JSON that lost digits is a bad value, and no other seed is taken for it', () => {
  const lines = ['9007199254740993', '9007199254740992', '1e20', '"9007199254740993"', '9007199254740991']
  const text = lines.map((seed) => `{"prompt": "a fox", "seed": ${seed}}`).join('\n')
  expect(problemsOf(text, 'json-lines')).toMatchObject(
    [1, 2, 3].map((line) => ({ line, kind: 'bad-value', field: 'seed' })),
  )
  expect(rowsOf(text, 'json-lines').map(({ seed }) => seed)).toEqual(['9007199254740993', '9007199254740991'])
})
