/** Infotexts that A1111's own rules would take apart wrongly. */
import { expect, test } from 'vitest'
import { readInfotext } from './a1111.ts'

const SETTINGS = 'Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x512, Model: m, Version: v1.6.0'

const read = (text: string) => {
  const { fields, notUnderstood } = readInfotext(text)!
  return {
    prompt: fields.prompt?.value,
    negative: fields.negativePrompt?.value,
    fidelity: fields.prompt?.fidelity,
    seed: fields.seed?.value,
    others: Object.fromEntries(notUnderstood.map(({ name, value }) => [name, value])),
  }
}

test.each([
  [
    'in front of the settings',
    `a cat\nNegative prompt: bad\nTemplate: a {cat|dog}\nNegative template: bad\n${SETTINGS}`,
  ],
  ['behind them', `a cat\nNegative prompt: bad\n${SETTINGS}\nTemplate: a {cat|dog}\nNegative template: bad`],
  [
    'in front of the negative prompt',
    `a cat\nTemplate: a {cat|dog}\nNegative prompt: bad\nNegative template: bad\n${SETTINGS}`,
  ],
])('labelled lines %s are no part of a prompt', (_where, text) => {
  expect(read(text)).toMatchObject({
    prompt: 'a cat',
    negative: 'bad',
    fidelity: 'exact',
    seed: 5n,
    others: { Template: 'a {cat|dog}', 'Negative template': 'bad' },
  })
})

test('lines behind the settings with pairs of their own, and of several lines, leave the settings as they are', () => {
  const text = `a cat\n${SETTINGS}\nTemplate: x: 1, y: 2, Seed: 9\nand more\nSeed: 7`
  expect(read(text)).toMatchObject({
    prompt: 'a cat',
    seed: 5n,
    others: { Template: 'x: 1, y: 2, Seed: 9\nand more', 'Seed (below)': '7' },
  })
})

test('a prompt with lines that look like labels or settings stays whole', () => {
  const prompt = 'style: wet\nSteps: 99, Sampler: DDIM, CFG scale: 2, Seed: 1\nmood: dark'
  expect(read(`${prompt}\n${SETTINGS}`)).toMatchObject({ prompt, fidelity: 'exact', seed: 5n })
})

test.each([
  [`a cat on a mat. Negative prompt: bad, worse. ${SETTINGS}`, 'a cat on a mat.', 'bad, worse.'],
  [`a cat on a mat ${SETTINGS}`, 'a cat on a mat', ''],
  [`a cat on a mat.\nNegative prompt: bad, worse. ${SETTINGS}`, 'a cat on a mat.', 'bad, worse.'],
  [`a cat on a mat. Negative prompt: bad, worse.\n${SETTINGS}`, 'a cat on a mat.', 'bad, worse.'],
])('one line: %s', (text, prompt, negative) => {
  expect(read(text)).toMatchObject({ prompt, negative, fidelity: 'mapped', seed: 5n })
})

test('settings in another order are no prompt', () => {
  expect(read('a cat\nSize: 512x512, Seed: 5, Steps: 20, Sampler: Euler')).toMatchObject({ prompt: 'a cat', seed: 5n })
})
