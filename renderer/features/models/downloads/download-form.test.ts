import { beforeEach, expect, test, vi } from 'vitest'
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError } from '#shared/errors.ts'
import { DownloadForm } from './download-form.svelte.ts'

const store = new Map<string, string>()
vi.stubGlobal('localStorage', {
  getItem: (key: string) => store.get(key) ?? null,
  setItem: (key: string, value: string) => store.set(key, value),
})
beforeEach(() => {
  store.clear()
})

const plan = { name: 'o/n', target: '/m', files: [], sizeBytes: 1, freeBytes: 2, variants: ['fp16'] }

function open(answer: { plan?: (wanted: unknown) => Promise<unknown>; start?: (wanted: unknown) => Promise<unknown> }) {
  const asked: unknown[] = []
  const ask = (run?: (wanted: unknown) => Promise<unknown>) => (wanted: unknown) => {
    asked.push(wanted)
    return run?.(wanted) ?? Promise.resolve(plan)
  }
  const client = { downloads: { plan: ask(answer.plan), start: ask(answer.start) } } as unknown as ContractClient
  return { form: new DownloadForm(client), again: () => new DownloadForm(client), asked }
}

function type(form: DownloadForm, fields: Partial<Pick<DownloadForm, 'source' | 'target' | 'sha256'>>): void {
  Object.assign(form, fields)
  form.changed()
}

test('what is typed is kept, and what is left empty is not asked for', async () => {
  const { form, again, asked } = open({})
  type(form, { source: ' o/n ', target: ' ' })
  await form.look()
  expect(form.plan).toEqual(plan)
  form.variant = 'fp16'
  await form.look()
  type(form, { sha256: 'AB'.repeat(32), target: '/big' })
  await form.look()
  expect(asked).toEqual([
    { source: 'o/n' },
    { source: 'o/n', variant: 'fp16' },
    { source: 'o/n', target: '/big', sha256: 'ab'.repeat(32) },
  ])
  expect([again().source, again().target]).toEqual([' o/n ', '/big'])
})

test('only a sha256 is one', () => {
  const { form } = open({})
  expect(form.isHashWrong).toBe(false)
  form.sha256 = 'abc'
  expect(form.isHashWrong).toBe(true)
  form.sha256 = ` ${'AB'.repeat(32)} `
  expect(form.isHashWrong).toBe(false)
})

test('a repository that is no model as a whole gives its files to choose from', async () => {
  const refused = new AppError('download-refused', 'no model', { data: { files: ['a.safetensors', 'b.safetensors'] } })
  let isRefused = true
  const { form, asked } = open({ plan: () => (isRefused ? Promise.reject(refused) : Promise.resolve(plan)) })
  type(form, { source: 'o/n' })
  await form.look()
  expect([form.error?.code, form.choices]).toEqual(['download-refused', ['a.safetensors', 'b.safetensors']])
  isRefused = false
  form.file = 'b.safetensors'
  await form.look()
  expect(asked.at(-1)).toEqual({ source: 'o/n', files: ['b.safetensors'] })
  expect([form.error, form.plan, form.choices.length]).toEqual([undefined, plan, 2])
})

test('an answer to what is no longer asked counts for nothing', async () => {
  const late = Promise.withResolvers<unknown>()
  const { form } = open({ plan: () => late.promise })
  type(form, { source: 'o/n' })
  const looking = form.look()
  type(form, { source: 'o/other' })
  late.resolve(plan)
  await looking
  expect([form.plan, form.isBusy]).toEqual([undefined, false])
})

test('what began empties the form, what could not leaves it as it is', async () => {
  let error: AppError | undefined = new AppError('disk-full', 'no room')
  const { form } = open({ start: () => (error ? Promise.reject(error) : Promise.resolve({ id: 4 })) })
  type(form, { source: 'o/n', target: '/big' })
  await form.look()
  expect(await form.start()).toBeUndefined()
  expect([form.error?.code, form.source, form.plan]).toEqual(['disk-full', 'o/n', plan])
  error = undefined
  expect(await form.start()).toEqual({ id: 4 })
  expect([form.source, form.target, form.plan]).toEqual(['', '/big', undefined])
})
