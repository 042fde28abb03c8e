/** Every procedure of a studio at work takes anything: it answers, or refuses with a code, and the data stays sound. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { contract } from '#shared/contract/contract.ts'
import type { Area } from '#shared/contract/procedure.ts'
import { AppError } from '#shared/errors.ts'
import { openStudio, type Studio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'
import { tally } from '../integration/kill/tally.ts'
import { arbitraryInput } from './arbitrary-input.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROCEDURES = Object.entries<Area>(contract).flatMap(([area, procedures]) =>
  Object.entries(procedures).map(([name, { input }]) => ({ name: `${area}.${name}`, input })),
)

let dataDir: string
let studio: Studio
beforeAll(async () => {
  // whatever a download asks for, nobody answers
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9')
  dataDir = mkdtempSync(join(tmpdir(), 'reprise-fuzz-'))
  studio = await openStudio({
    dataDir,
    starterModelDir: join(ROOT, 'build/starter/model'),
    startChild: () => forkNodeChild(join(ROOT, 'test/fixtures/engine/fake-child.ts')),
  })
  await studio.client.jobs.add({ items: ['a', 'b', 'c'].map((prompt) => ({ prompt })) })
  await studio.client.jobs.add({ items: [{ prompt: 'slow' }, { prompt: 'refuse' }] })
})
afterAll(async () => {
  await studio.close()
  vi.unstubAllEnvs()
  rmSync(dataDir, { recursive: true })
})

describe.each(PROCEDURES)('$name', ({ name, input }) => {
  test('answers or refuses', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryInput(input), async (value) => {
        const refusal = await studio.router.call(name, value).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (refusal === undefined) return
        expect(refusal).toBeInstanceOf(AppError)
        const { code, message } = refusal as AppError
        expect(code, message).not.toBe('internal')
        expect(message.length).toBeLessThan(2_000)
      }),
      { numRuns: 60 },
    )
  })
})

test('and the studio is sound afterwards', async () => {
  await studio.client.jobs.resumeQueue({})
  const job = await studio.client.jobs.add({ items: [{ prompt: 'after all that', seed: 77 }], front: true })
  await expect.poll(() => studio.client.jobs.get({ id: job.id }), { timeout: 20_000 }).toMatchObject({ state: 'done' })
  const { faults, orphans } = await tally(dataDir)
  expect([...faults.filter((fault) => !/items are done|is done without|two images/.test(fault)), ...orphans]).toEqual(
    [],
  )
})
