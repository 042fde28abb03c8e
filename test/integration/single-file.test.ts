/**
 * The same weights as a folder in diffusers' layout and as a checkpoint in one file make the same pixels. Names and
 * places are those of the full-size models, where diffusers' converters find them (test/oracles/single_file.py); layers
 * are narrow and weights random.
 */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCheckpoint } from '#engine/checkpoints/open-checkpoint.ts'
import { inspectCheckpoint } from '#engine/checkpoints/inspect.ts'
import type { NamedTensor } from '#engine/weights/read-tensor.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { readMerges } from './clip-folder.ts'
import { runGeneration } from './run-generation.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'reprise-single-file-'))
})
afterAll(() => rm(root, { recursive: true }))

interface Oracle {
  readonly original: Record<string, number[]>
  readonly components: Record<
    string,
    { tensors: Record<string, [original: string, third: number, transposed: boolean]> }
  >
}
const FIXTURES = path.join(import.meta.dirname, '../fixtures/single-file')

/** Full-size widths → narrow ones, in each part of the file. Text encoders become 64 wide, so prompts 64 or 128. */
const NARROW: readonly [RegExp, Record<number, number>][] = [
  [/^model\.diffusion_model\.label_emb\.0\.0\.weight/, { 1280: 128, 2816: 64 + 6 * 32 }],
  [/^model\.diffusion_model\..*attn2\.to_[kv]\.weight/, { 768: 64, 1024: 64, 2048: 128 }],
  [/^first_stage_model\./, { 128: 32, 256: 64, 512: 128 }],
  [/\.transformer\.text_model\./, { 768: 64, 3072: 256 }],
  [/\.model\./, { 1024: 64, 3072: 192, 4096: 256, 1280: 64, 3840: 192, 5120: 256 }],
]
function narrowed(name: string, shape: readonly number[]): number[] {
  const isUNet = name.startsWith('model.diffusion_model.')
  const table = NARROW.find(([pattern]) => pattern.test(name) && (!isUNet || pattern.source.startsWith('^model')))?.[1]
  return shape.map((size) => table?.[size] ?? (isUNet && size % 320 === 0 ? size / 10 : size))
}

/** Small pseudo-random weights; norms around one, so that nothing dies away. */
function randomTensor(shape: readonly number[], seed: number): NamedTensor {
  const data = new Float32Array(shape.reduce((all, size) => all * size, 1))
  const centre = shape.length === 1 ? 1 : 0
  let state = seed + 1
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    data[i] = Math.fround(centre + (state / 2 ** 32 - 0.5) * 0.1)
  }
  return { shape, data }
}

function partOf({ shape, data }: NamedTensor, third: number, transposed: boolean): NamedTensor {
  if (third >= 0) {
    const length = data.length / 3
    return { shape: [shape[0] / 3, ...shape.slice(1)], data: data.slice(third * length, (third + 1) * length) }
  }
  if (!transposed) return { shape, data }
  const [rows, columns] = shape
  const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)])
  return { shape: [columns, rows], data: turned }
}

const STEMS: Record<string, string> = { unet: 'diffusion_pytorch_model', vae: 'diffusion_pytorch_model' }

/** @returns the file and the folder */
async function makeModel(name: string): Promise<{ file: string; folder: string }> {
  const oracle = JSON.parse(gunzipSync(readFileSync(path.join(FIXTURES, `${name}.json.gz`))).toString()) as Oracle
  const tensors = new Map<string, NamedTensor>()
  for (const [index, [tensor, shape]] of Object.entries(oracle.original).entries()) {
    tensors.set(tensor, randomTensor(narrowed(tensor, shape), index))
  }
  const file = path.join(root, `${name}.safetensors`)
  await writeSafetensors(file, tensors)
  const folder = path.join(root, name)
  const { components, index, schedulerConfig } = await openCheckpoint(file)
  const write = async (shownName: string, content: unknown) => {
    await mkdir(path.dirname(path.join(folder, shownName)), { recursive: true })
    await writeFile(path.join(folder, shownName), typeof content === 'string' ? content : JSON.stringify(content))
  }
  await write('model_index.json', index)
  await write('scheduler/scheduler_config.json', schedulerConfig)
  for (const [component, { config }] of components) {
    await write(`${component}/config.json`, config)
    const found = Object.entries(oracle.components[component].tensors).map(
      ([tensor, [original, third, transposed]]) => [tensor, partOf(tensors.get(original)!, third, transposed)] as const,
    )
    await writeSafetensors(path.join(folder, component, `${STEMS[component] ?? 'model'}.safetensors`), new Map(found))
  }
  const { vocabulary, merges } = readMerges()
  for (const [tokenizer, padding] of name === 'sd-2.1'
    ? [['tokenizer', '!']]
    : [
        ['tokenizer', '<|endoftext|>'],
        ['tokenizer_2', '!'],
      ]) {
    const special = (content: string) => ({
      content,
      lstrip: false,
      normalized: true,
      rstrip: false,
      single_word: false,
    })
    await write(`${tokenizer}/vocab.json`, vocabulary)
    await write(`${tokenizer}/merges.txt`, merges)
    await write(`${tokenizer}/tokenizer_config.json`, { model_max_length: 77 })
    await write(`${tokenizer}/special_tokens_map.json`, {
      bos_token: special('<|startoftext|>'),
      eos_token: special('<|endoftext|>'),
      pad_token: padding,
      unk_token: special('<|endoftext|>'),
    })
  }
  return { file, folder }
}

it.each(['sd-1.5', 'sd-2.1', 'ssd-1b'])(
  '%s: one file and a folder make the same pixels',
  { timeout: 240_000 },
  async (name) => {
    const { file, folder } = await makeModel(name)
    const hash = async (modelDir: string) => {
      const { images } = await runGeneration({
        kind: 'text-to-image',
        modelDir,
        items: [{ prompt: 'a red fox, watercolour!', negativePrompt: 'blurry', seed: 7n }],
        numInferenceSteps: 2,
        guidanceScale: 5,
        widthPx: 64,
        heightPx: 64,
      })
      return images[0].pixelHash
    }
    const report = await inspectCheckpoint(file)
    expect(report.problems).toEqual([])
    expect(report.hash).toMatch(/^[0-9a-f]{64}$/)
    const ofFile = await hash(file)
    expect(ofFile).toMatch(/^[0-9a-f]{64}$/)
    expect(ofFile).toBe(await hash(folder))
  },
)
