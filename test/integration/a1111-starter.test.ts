/** `reprise serve --a1111` as a client sees it, with the real engine and the starter model. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../../electron/cli/main.ts')
const TOKEN = 'only-for-this-test'
const HEADERS = {
  authorization: `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}`,
  'content-type': 'application/json',
}

interface Made {
  images: string[]
  info: string
}
interface Progress {
  progress: number
  state: { job_count: number; sampling_step: number }
  current_image: string | null
}

test('a client chooses the model, watches an image being made, gets the same again, and makes another of it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'reprise-a1111-'))
  const served = spawn(process.execPath, [MAIN, 'serve', '--a1111', '--json', '--port', '0'], {
    cwd: root,
    env: { ...process.env, REPRISE_DATA_DIR: join(root, 'data'), REPRISE_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(served, 'close')
  try {
    const [line] = (await once(createInterface(served.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${url}sdapi/v1/${path}`, { headers: HEADERS })).json()
    const post = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`${url}sdapi/v1/${path}`, {
        method: 'POST',
        headers: HEADERS,
        body: JSON.stringify(body),
      })
      expect(response.status).toBe(200)
      return response.json()
    }

    const [model] = (await get('sd-models')) as { title: string }[]
    await post('options', { sd_model_checkpoint: model.title })
    expect(await get('progress')).toMatchObject({ progress: 0, state: { job_count: 0 } })

    const asked = {
      prompt: 'mountains at sunset',
      negative_prompt: 'lowres',
      sampler_name: 'DPM++ 2M',
      scheduler: 'Karras',
      steps: 6,
      cfg_scale: 7,
      width: 128,
      height: 128,
      seed: 11,
      override_settings: { sd_model_checkpoint: model.title },
      send_images: true,
    }
    const making = post('txt2img', asked) as Promise<Made>
    const seen: Progress[] = []
    let isMade = false
    void making.then(() => (isMade = true))
    while (!isMade) {
      seen.push((await get('progress')) as Progress)
      await wait(20)
    }
    const { images, info } = await making
    expect(await get('progress')).toMatchObject({ progress: 0, state: { job_count: 0 } })
    expect(seen.some(({ state }) => state.sampling_step > 0)).toBe(true)
    const preview = seen.findLast(({ current_image: image }) => image !== null)?.current_image
    expect(await sharp(Buffer.from(preview ?? '', 'base64')).metadata()).toMatchObject({ format: 'png' })
    expect(await sharp(Buffer.from(images[0], 'base64')).metadata()).toMatchObject({ width: 128, height: 128 })
    expect(JSON.parse(info)).toMatchObject({ all_seeds: [11], sampler_name: 'DPM++ 2M', steps: 6, notes: [] })

    const again = (await post('txt2img', { ...asked, batch_size: 2, seed: 10 })) as Made
    expect(again.images[1]).toBe(images[0])

    const changed = (await post('img2img', {
      init_images: [`data:image/png;base64,${images[0]}`],
      prompt: 'mountains at night',
      denoising_strength: 0.5,
      steps: 4,
      seed: 3,
    })) as Made
    expect(JSON.parse(changed.info)).toMatchObject({ denoising_strength: 0.5, width: 128, height: 128 })
    expect(changed.images[0]).not.toBe(images[0])
  } finally {
    served.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    await rm(root, { recursive: true })
  }
}, 60_000)
