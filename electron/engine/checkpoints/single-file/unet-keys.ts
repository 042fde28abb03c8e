/**
 * Names of a UNet's parts in the original layout (CompVis `ldm`, Stability AI `sgm`: `input_blocks.4.1`) and in
 * diffusers' (`down_blocks.1.attentions.0`), both ways. Single-file checkpoints use the original names, and so do
 * kohya's LoRA files for SDXL (with `_` for every dot: translate the module's diffusers name, then replace the dots).
 *
 * The original layout numbers blocks through: one for each resnet and one for each downsampler on the way down, one for
 * each resnet on the way up, where the upsampler is the last part of its level's last block. So names depend on how
 * many resnets a level has and which of them have attention behind them: that is the `UNetLayout`.
 *
 * Must match `convert_ldm_unet_checkpoint` of diffusers 0.42; oracle: test/oracles/single_file.py.
 */

/** What block names depend on. */
export interface UNetLayout {
  /** From the finest level on: for each resnet of the way down, whether a transformer follows it. */
  readonly down: readonly (readonly boolean[])[]
  /** From the coarsest level on, as the way up goes. */
  readonly up: readonly (readonly boolean[])[]
}

/** Translates names of modules or tensors; both functions leave alone what they do not know. */
export interface UNetKeys {
  /** `down_blocks.1.attentions.0.proj_in` → `input_blocks.4.1.proj_in` */
  toOriginal(name: string): string
  /** `input_blocks.4.1.proj_in.weight` → `down_blocks.1.attentions.0.proj_in.weight` */
  toDiffusers(name: string): string
}

/** Modules whose place does not depend on the layout: [original, diffusers]. */
const FIXED: readonly (readonly [string, string])[] = [
  ['time_embed.0', 'time_embedding.linear_1'],
  ['time_embed.2', 'time_embedding.linear_2'],
  // guidance embedding of consistency models
  ['time_embed.cond_proj', 'time_embedding.cond_proj'],
  ['input_blocks.0.0', 'conv_in'],
  ['out.0', 'conv_norm_out'],
  ['out.2', 'conv_out'],
  ['middle_block.1', 'mid_block.attentions.0'],
]
/** Modules of a resnet: [original, diffusers]. A transformer's have the same names in both. */
const RESNET: readonly (readonly [string, string])[] = [
  ['in_layers.0', 'norm1'],
  ['in_layers.2', 'conv1'],
  ['emb_layers.1', 'time_emb_proj'],
  ['out_layers.0', 'norm2'],
  ['out_layers.3', 'conv2'],
  ['skip_connection', 'conv_shortcut'],
]

/**
 * @param labels how diffusers calls the original `label_emb.0`: sizes and pooled text of SDXL are `add_embedding`, the
 *   noise level of unCLIP models is `class_embedding`
 */
export function unetKeys(layout: UNetLayout, labels: 'add_embedding' | 'class_embedding' = 'add_embedding'): UNetKeys {
  const pairs: (readonly [string, string])[] = [
    ...FIXED,
    ['label_emb.0.0', `${labels}.linear_1`],
    ['label_emb.0.2', `${labels}.linear_2`],
  ]
  const resnet = (original: string, diffusers: string) => {
    for (const [from, to] of RESNET) pairs.push([`${original}.${from}`, `${diffusers}.${to}`])
  }
  resnet('middle_block.0', 'mid_block.resnets.0')
  resnet('middle_block.2', 'mid_block.resnets.1')
  // block 0 is conv_in
  let block = 1
  for (const [level, attentions] of layout.down.entries()) {
    for (const [i, attention] of attentions.entries()) {
      resnet(`input_blocks.${block}.0`, `down_blocks.${level}.resnets.${i}`)
      if (attention) pairs.push([`input_blocks.${block}.1`, `down_blocks.${level}.attentions.${i}`])
      block++
    }
    if (level === layout.down.length - 1) continue
    pairs.push([`input_blocks.${block}.0.op`, `down_blocks.${level}.downsamplers.0.conv`])
    block++
  }
  block = 0
  for (const [level, attentions] of layout.up.entries()) {
    for (const [i, attention] of attentions.entries()) {
      resnet(`output_blocks.${block}.0`, `up_blocks.${level}.resnets.${i}`)
      if (attention) pairs.push([`output_blocks.${block}.1`, `up_blocks.${level}.attentions.${i}`])
      const isLast = i === attentions.length - 1 && level < layout.up.length - 1
      if (isLast)
        pairs.push([`output_blocks.${block}.${attention ? 2 : 1}.conv`, `up_blocks.${level}.upsamplers.0.conv`])
      block++
    }
  }
  return {
    toOriginal: byPrefix(new Map(pairs.map(([original, diffusers]) => [diffusers, original]))),
    toDiffusers: byPrefix(new Map(pairs)),
  }
}

/** Replaces the longest beginning of a name, up to one of its dots, that is in the table. */
function byPrefix(table: ReadonlyMap<string, string>): (name: string) => string {
  return (name) => {
    for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
      const other = table.get(name.slice(0, end))
      if (other !== undefined) return other + name.slice(end)
    }
    return name
  }
}

/** No UNet has more: names with larger numbers are taken for others, so that hostile ones cost nothing. */
const MAX_LEVELS = 16
const MAX_RESNETS = 32
const MAX_BLOCKS = MAX_LEVELS * MAX_RESNETS

/** The layout of a UNet with diffusers' names: `down_blocks.0.resnets.0.conv1.weight`, … */
export function layoutOfDiffusersNames(names: Iterable<string>): UNetLayout {
  const sides: Record<string, boolean[][]> = { down: [], up: [] }
  const attentions: [side: string, level: number, index: number][] = []
  for (const name of names) {
    const match = /^(down|up)_blocks\.(\d{1,3})\.(resnets|attentions)\.(\d{1,3})\./.exec(name)
    if (match === null) continue
    const [side, level, index] = [match[1], Number(match[2]), Number(match[4])]
    if (level >= MAX_LEVELS || index >= MAX_RESNETS) continue
    if (match[3] === 'attentions') attentions.push([side, level, index])
    else {
      while (sides[side].length <= level) sides[side].push([])
      const flags = sides[side][level]
      while (flags.length <= index) flags.push(false)
    }
  }
  for (const [side, level, index] of attentions) {
    const flags = sides[side].at(level)
    if (flags !== undefined && index < flags.length) flags[index] = true
  }
  return { down: sides.down, up: sides.up }
}

/** What a block's part is, by the first name within it. */
const PART_KINDS: ReadonlyMap<string, string> = new Map([
  ['op', 'sample'],
  ['conv', 'sample'],
  ['in_layers', 'resnet'],
  ['transformer_blocks', 'attention'],
])

/** The layout of a UNet with the original names, without what may stand before them (`model.diffusion_model.`). */
export function layoutOfOriginalNames(names: Iterable<string>): UNetLayout {
  const parts = new Set<string>()
  for (const name of names) {
    const match = /^((?:input|output)_blocks\.\d{1,3}\.\d)\.(\w+)/.exec(name)
    if (match === null) continue
    const kind = PART_KINDS.get(match[2])
    if (kind !== undefined) parts.add(`${match[1]} ${kind}`)
  }
  const down: boolean[][] = [[]]
  for (let block = 1; block < MAX_BLOCKS; block++) {
    if (parts.has(`input_blocks.${block}.0 sample`)) down.push([])
    else if (parts.has(`input_blocks.${block}.0 resnet`))
      down.at(-1)!.push(parts.has(`input_blocks.${block}.1 attention`))
    else break
  }
  const up: boolean[][] = [[]]
  for (let block = 0; block < MAX_BLOCKS && parts.has(`output_blocks.${block}.0 resnet`); block++) {
    const attention = parts.has(`output_blocks.${block}.1 attention`)
    up.at(-1)!.push(attention)
    if (parts.has(`output_blocks.${block}.${attention ? 2 : 1} sample`)) up.push([])
  }
  return { down, up }
}
