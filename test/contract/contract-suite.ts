/** What every transport must carry, and carry alike: values of the contract, bytes, errors, events. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImageView } from '#shared/contract/history.ts'
import type { JobView } from '#shared/contract/jobs.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { VERSION } from '#shared/version.ts'
import type { Connection } from './connect-http.ts'

/** @param connect to a new studio whose engine is test/fixtures/engine/fake-child.ts; `close` ends both */
export function contractSuite(name: string, connect: () => Promise<Connection>): void {
  describe(name, () => {
    let connection: Connection
    beforeAll(async () => {
      connection = await connect()
    })
    afterAll(() => connection.close())

    async function finished(job: JobView): Promise<JobView> {
      const { client } = connection
      await expect.poll(() => client.jobs.get({ id: job.id }), { timeout: 20_000 }).toMatchObject({ state: 'done' })
      return client.jobs.get({ id: job.id })
    }
    async function newestImage(): Promise<ImageView> {
      const { images } = await connection.client.history.page({ limit: 1 })
      return images[0]
    }

    test('tells what it is', async () => {
      const { version, epoch } = await connection.client.studio.info({})
      expect(version).toBe(VERSION)
      expect(epoch).not.toBe('')
    })

    test('makes an image, with a seed of 64 bits', async () => {
      const { client } = connection
      const job = await client.jobs.add({ items: [{ prompt: 'a red house', seed: MAX_SEED.toString() }] })
      expect(job).toMatchObject({ kind: 'text-to-image', title: 'a red house' })
      expect((await finished(job)).itemCounts).toEqual({ done: 1 })
      const [item] = await client.jobs.items({ jobId: job.id })
      expect(item.seed).toBe(MAX_SEED)
      const image = await newestImage()
      expect(image).toMatchObject({ id: item.imageId, prompt: 'a red house', seed: MAX_SEED })
      expect(image).not.toHaveProperty('fileName')
      expect(await client.history.get({ id: image.id })).toMatchObject({ ...image, tags: [], verdicts: [] })
    })

    test('takes several jobs, all or none of them', async () => {
      const { client } = connection
      const job = (prompt: string): { items: [{ prompt: string }] } => ({ items: [{ prompt }] })
      const jobs = await client.jobs.addAll({ jobs: [job('first'), job('second')] })
      expect(jobs.map(({ title }) => title)).toEqual(['first', 'second'])
      for (const added of jobs) expect((await finished(added)).itemCounts).toEqual({ done: 1 })
      const needsInput = { ...job('fourth'), settings: { strength: 0.5 } }
      await expect(client.jobs.addAll({ jobs: [job('third'), needsInput] })).rejects.toMatchObject({
        code: 'invalid-argument',
      })
      expect((await client.jobs.finished({ limit: 1 }))[0].id).toBe(jobs[1].id)
      expect(await client.jobs.pending({})).toEqual([])
    })

    test('carries bytes both ways', async () => {
      const { client } = connection
      const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#204060' } })
        .png()
        .toBuffer()
      const input = await client.inputs.add({ bytes: new Uint8Array(png) })
      expect(input).toMatchObject({ widthPx: 8, heightPx: 8, sizeBytes: png.length })
      expect(await client.inputs.get({ hash: input.hash })).toEqual(input)
      await finished(await client.jobs.add({ items: [{ prompt: 'again', inputHash: input.hash, seed: 5 }] }))

      const { id } = await newestImage()
      const { bytes, fileName, mimeType } = await client.history.export({ id, options: { format: 'webp' } })
      expect(mimeType).toBe('image/webp')
      expect(fileName).toMatch(/\.webp$/)
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 8, height: 8 })
    })

    test('carries what is empty, null or left out', async () => {
      const { client } = connection
      const preset = await client.presets.create({ name: 'p', settings: {} })
      expect(preset.settings).toEqual({})
      await expect(client.presets.remove({ id: preset.id })).resolves.toBeUndefined()
      expect(await client.presets.list({})).toEqual([])
      expect((await client.settings.update({ changes: { threads: null } })).threads).toBeNull()
      expect((await client.jobs.queueState({})).progress).toBeNull()
    })

    test('carries errors with their code, message and data', async () => {
      const { client } = connection
      await expect(client.history.get({ id: 1 })).rejects.toMatchObject({ code: 'not-found', retryable: false })
      await expect(client.jobs.add({ items: [] })).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('jobs.add') as string,
        data: { procedure: 'jobs.add' },
      })
      const misspelt = { id: 1, options: { formt: 'png' } } as unknown as { id: number }
      await expect(client.history.export(misspelt)).rejects.toMatchObject({ code: 'invalid-argument' })
      await client.collections.create({ name: 'Sunsets' })
      await expect(client.collections.create({ name: 'sunsets' })).rejects.toMatchObject({ code: 'name-taken' })
      await expect(client.inputs.add({ bytes: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
        code: 'image-invalid',
      })
    })

    test('answers calls that are made at once, each with its own', async () => {
      const { client } = connection
      const names = Array.from({ length: 30 }, (_, index) => `preset ${index}`)
      const presets = await Promise.all(
        names.map((presetName, index) => client.presets.create({ name: presetName, settings: { seed: index } })),
      )
      expect(presets.map((preset) => [preset.name, preset.settings.seed])).toEqual(
        names.map((presetName, index) => [presetName, BigInt(index)]),
      )
    })

    test('tells what happens, in order, if it carries events', async ({ skip }) => {
      const { client, listen } = connection
      if (listen === undefined) {
        skip('plain HTTP has no events')
        return
      }
      const jobs: JobView[] = []
      const images: ImageView[] = []
      listen({
        onEvent: (event) => {
          if (event.name === 'job.changed') jobs.push(event.payload.job)
          if (event.name === 'image.added') images.push(event.payload.image)
        },
        onReset: () => expect.unreachable('nothing was missed'),
      })
      const { id } = await client.jobs.add({ items: [{ prompt: 'told', seed: MAX_SEED.toString() }] })
      const states = (): string[] => jobs.filter((job) => job.id === id).map(({ state }) => state)
      await expect.poll(states, { timeout: 20_000 }).toContain('done')
      expect([...new Set(states())]).toEqual(['queued', 'running', 'done'])
      expect(images.filter(({ prompt }) => prompt === 'told')).toMatchObject([{ seed: MAX_SEED }])
    })
  })
}
