import { expect, test } from 'vitest'
import { parsePrompts, promptsOf } from './prompt-lines.ts'

test('a line each, blank ones left out', () => {
  expect(parsePrompts('a fox\r\n\n  a hen \r\n', 'list.txt')).toEqual(['a fox', 'a hen'])
})

test.each([
  ['the first column', 'a fox,1\n"a hen, ""old""",2\n', ['a fox', 'a hen, "old"']],
  ['the column that is named', 'seed,Prompt\n1,a fox\n2,"two\nlines"', ['a fox', 'two\nlines']],
  ['semicolons', 'seed;prompt\n1;a fox, red', ['a fox, red']],
])('a table: %s', (_what, text, prompts) => {
  expect(parsePrompts(text, 'list.csv')).toEqual(prompts)
})

test('JSON lines, text or objects; the line that has none is named', () => {
  expect(parsePrompts('"a fox"\n{"prompt":"a hen","seed":3}\n', 'list.jsonl')).toEqual(['a fox', 'a hen'])
  for (const text of ['"a fox"\n{', '"a fox"\n{"text":1}', '"a fox"\nnull']) {
    expect(() => parsePrompts(text, 'list.jsonl')).toThrow(/line 2/)
  }
})

test('files that are no text, or have nothing in them, are refused by name', async () => {
  const refused = { code: 'prompt-file-invalid' }
  await expect(promptsOf(new File([Uint8Array.of(0x61, 0)], 'a.txt'))).rejects.toMatchObject(refused)
  await expect(promptsOf(new File([Uint8Array.of(0xff, 0xfe)], 'a.txt'))).rejects.toMatchObject(refused)
  await expect(promptsOf(new File([' \n'], 'a.txt'))).rejects.toThrow('"a.txt" has no prompt')
  // a byte order mark is not part of the first prompt
  expect(await promptsOf(new File(['\ufeffa fox'], 'a.txt'))).toEqual(['a fox'])
})
