/** What clients ask for to fill their menus. What the studio does not have is an empty list. */
import { freemem, totalmem } from 'node:os'
import { SCHEDULERS } from '#shared/names.ts'
import { a1111Sampler } from '../../services/metadata/sampler-names.ts'
import { StatusError } from './a1111-error.ts'
import { command, get, type Endpoint } from './endpoint.ts'

const SAMPLERS = SCHEDULERS.map((name) => ({
  name: a1111Sampler(name),
  aliases: [`k_${name}`],
  options: name === 'dpmpp_2m' ? { scheduler: 'karras' } : {},
}))

const schedule = (name: string, label: string, rho = -1) => ({
  name,
  label,
  aliases: null,
  default_rho: rho,
  need_inner_model: false,
})

const LISTS: Readonly<Record<string, unknown>> = {
  samplers: SAMPLERS,
  schedulers: [schedule('automatic', 'Automatic'), schedule('uniform', 'Uniform'), schedule('karras', 'Karras', 7)],
  // clients put their own entries behind the first, which is "None" in A1111
  upscalers: [{ name: 'None', model_name: null, model_path: null, model_url: null, scale: 1 }],
  'latent-upscale-modes': [],
  'sd-vae': [],
  loras: [],
  embeddings: { loaded: {}, skipped: {} },
  hypernetworks: [],
  'face-restorers': [],
  'realesrgan-models': [],
  'prompt-styles': [],
  scripts: { txt2img: [], img2img: [] },
  'script-info': [],
  extensions: [],
  'cmd-flags': { api: true },
}

export function listEndpoints(): Endpoint[] {
  const absent = (path: string, what: string): Endpoint =>
    command(path, 'Not here', () => {
      throw new StatusError(501, `${what} is not supported`)
    })
  return [
    ...Object.entries(LISTS).map(([path, list]) => get(path, `What there is: ${path}`, () => list)),
    get('memory', 'Memory, bytes', () => ({
      ram: { free: freemem(), used: totalmem() - freemem(), total: totalmem() },
      cuda: { error: 'unavailable' },
    })),
    absent('extra-single-image', 'upscaling'),
    absent('extra-batch-images', 'upscaling'),
    absent('interrogate', 'describing an image'),
    { method: 'GET', path: '/internal/ping', summary: 'Whether it is there', handle: () => ({}) },
  ]
}
