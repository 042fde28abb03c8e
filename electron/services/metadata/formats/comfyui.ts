/**
 * ComfyUI: from the sampler node back to prompts, size, model and LoRAs. A graph can do anything; what is met on the
 * way and not understood is said by its node's name.
 */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { readSampler } from '../read-sampler.ts'
import { Reading } from '../reading.ts'
import { finiteOf, integerOf, shown, textOf } from '../values.ts'
import { parseComfyGraph, type ComfyGraph, type GraphNode } from './comfyui-graph.ts'

const SAMPLERS = ['KSampler', 'KSamplerAdvanced', 'KSampler (Efficient)', 'SwarmKSampler']
const OTHER_SAMPLER = /sampler/i
const STRENGTH_NOTE = 'ComfyUI computes more noise levels and uses the last of them: steps are spaced differently here'

/** @returns undefined if the text is no graph */
export function readComfy(text: string): ReadSettings | undefined {
  const graph = parseComfyGraph(text)
  if (graph === undefined) return undefined
  const reading = new Reading('comfyui')
  const samplers = samplersOf(graph)
  const sampler = samplers.find((node) => latentOf(graph, node).kind === 'empty') ?? samplers.at(0)
  if (sampler !== undefined) readFrom(graph, sampler, reading)
  for (const node of samplers) {
    if (node !== sampler) reading.other(node.type, node.inputs, 'a second sampler: there is no second pass here')
  }
  const used = new Set(samplers)
  for (const node of graph.nodes.values()) {
    if (used.has(node) || !OTHER_SAMPLER.test(node.type) || !('latent_image' in node.inputs)) continue
    reading.other(node.type, node.inputs, 'a sampler put together of parts, which is not understood')
  }
  return reading.done(text)
}

/** Those that an output hangs on, if there is one; otherwise all. */
function samplersOf(graph: ComfyGraph): GraphNode[] {
  const all = [...graph.nodes.values()].filter(({ type }) => SAMPLERS.includes(type))
  const outputs = [...graph.nodes.values()].filter(({ type }) => /save|preview/i.test(type)).map(({ id }) => id)
  const before = graph.before(outputs)
  const used = all.filter(({ id }) => before.has(id))
  return used.length > 0 ? used : all
}

function readFrom(graph: ComfyGraph, { type, inputs }: GraphNode, reading: Reading): void {
  const latent = latentOf(graph, { inputs })
  const value = (name: string): unknown => graph.value(inputs[name])
  const number = (name: 'numInferenceSteps' | 'guidanceScale' | 'widthPx' | 'heightPx', input: unknown): void => {
    const { value: found, through } = graph.trace(input)
    if (found === undefined && input !== undefined) reading.notUnderstood(name, input, 'a node computes it')
    else reading.number(name, found, through && changedBy(through))
  }
  readText(graph, reading, 'prompt', inputs.positive)
  readText(graph, reading, 'negativePrompt', inputs.negative)

  const batchSize = integerOf(latent.batchSize) ?? 1
  const seedName = 'seed' in inputs ? 'seed' : 'noise_seed'
  const { value: seed, through } = graph.trace(inputs[seedName])
  if (seed === undefined && seedName in inputs) reading.notUnderstood('seed', inputs[seedName], 'a node computes it')
  // torch's generator on the processor draws the noise of the whole batch at once
  reading.seed(
    seed,
    batchSize > 1
      ? `it began a batch of ${batchSize}: only the first image has this noise`
      : through && changedBy(through),
  )
  number('numInferenceSteps', inputs.steps)
  number('guidanceScale', inputs.cfg)
  readSampler(reading, value('sampler_name'), value('scheduler'))

  if (latent.kind === 'image') {
    const denoise = finiteOf(value('denoise')) ?? 1
    reading.mapped('strength', denoise, STRENGTH_NOTE)
    reading.other(latent.type, latent.image, 'made from an image, which is not in the file')
  } else {
    number('widthPx', latent.width)
    number('heightPx', latent.height)
    const denoise = finiteOf(value('denoise'))
    if (denoise !== undefined && denoise < 1) reading.other('denoise', denoise, 'less than 1 without an image')
  }
  if (type === 'KSamplerAdvanced') readAdvanced(reading, inputs)
  readModel(graph, reading, inputs.model)
}

function readAdvanced(reading: Reading, inputs: GraphNode['inputs']): void {
  const { start_at_step: start, end_at_step: end, steps, add_noise: noise, return_with_leftover_noise: left } = inputs
  if (finiteOf(start) !== undefined && finiteOf(start)! > 0) reading.other('start_at_step', start, 'all steps run here')
  if (finiteOf(end) !== undefined && finiteOf(end)! < (finiteOf(steps) ?? 0)) {
    reading.other('end_at_step', end, 'all steps run here')
  }
  if (noise === 'disable') reading.other('add_noise', noise, 'noise is always added here')
  if (left === 'enable') reading.other('return_with_leftover_noise', left, 'all noise is removed here')
}

interface Latent {
  readonly kind: 'empty' | 'image' | 'unknown'
  readonly type: string
  readonly width?: unknown
  readonly height?: unknown
  readonly batchSize?: unknown
  readonly image?: unknown
}

/** Where sampling began: from nothing, of some size, or from an image. */
function latentOf(graph: ComfyGraph, { inputs }: Pick<GraphNode, 'inputs'>): Latent {
  const way = graph.way(inputs.latent_image, (node) => node.inputs.samples ?? node.inputs.latent)
  for (const { type, inputs: found } of way) {
    // another sampler's result: a second pass
    if (SAMPLERS.includes(type)) return { kind: 'unknown', type }
    if ('pixels' in found) return { kind: 'image', type, image: found.pixels }
    if ('width' in found && 'height' in found && !('samples' in found)) {
      return { kind: 'empty', type, width: found.width, height: found.height, batchSize: graph.value(found.batch_size) }
    }
  }
  return { kind: 'unknown', type: '' }
}

/** From a sampler to the node that holds the text, past nodes that add to it. */
function readText(graph: ComfyGraph, reading: Reading, name: 'prompt' | 'negativePrompt', input: unknown): void {
  const way = graph.way(input, (node) => {
    if ('text' in node.inputs) return undefined
    // controls have both, and give them out in this order
    return (
      node.inputs.conditioning ?? node.inputs[node.output === 1 ? 'negative' : 'positive'] ?? node.inputs.base_positive
    )
  })
  const last = way.at(-1)
  if (last === undefined) return
  const { value: text, through } = graph.trace(last.inputs.text)
  const between = way.filter((node) => node !== last)
  for (const node of between) reading.other(node.type, node.inputs, 'it changes what the prompt does')
  const notes = [
    ...(through === undefined ? [] : [changedBy(through)]),
    ...(between.length === 0 ? [] : [`the node ${shown(between[0].type, 60)} changes what the prompt does`]),
  ]
  if (typeof text === 'string') reading.prompt(name, text, { note: notes.length === 0 ? undefined : notes.join('; ') })
  else
    reading.notUnderstood(name, `${last.type} ${JSON.stringify(last.id)}`, 'a node makes it in a way that is not known')
  readClip(graph, reading, last.inputs.clip)
}

function changedBy({ type }: GraphNode): string {
  return `it goes through the node ${shown(type, 60)}, which may make something else of it`
}

function readClip(graph: ComfyGraph, reading: Reading, input: unknown): void {
  for (const { inputs } of graph.way(input, (node) => node.inputs.clip)) {
    const layer = graph.value(inputs.stop_at_clip_layer)
    if (layer !== undefined && finiteOf(layer) !== -1) {
      reading.other('stop_at_clip_layer', layer, 'all layers of the text encoder are used here')
    }
  }
}

/** Back to the node that loads it, with all that is put on it. */
function readModel(graph: ComfyGraph, reading: Reading, input: unknown): void {
  for (const { type, inputs } of graph.way(input, (node) => node.inputs.model)) {
    const file = graph.value(inputs.ckpt_name ?? inputs.unet_name ?? inputs.model_path)
    if (typeof file === 'string') reading.model(file)
    else if ('lora_name' in inputs) {
      const lora = `${textOf(graph.value(inputs.lora_name))}: ${textOf(graph.value(inputs.strength_model) ?? 1)}`
      reading.other('lora', lora, 'the image was made with more than the model')
    } else reading.other(type, inputs, 'it changes the model')
  }
}
