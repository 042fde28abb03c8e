/**
 * Names of AutoencoderKL's parts: of the original layout (`decoder.up.3.block.0.nin_shortcut`) into diffusers'
 * (`decoder.up_blocks.0.resnets.0.conv_shortcut`). Must match `convert_ldm_vae_checkpoint` of diffusers 0.42; oracle:
 * test/oracles/single_file.py.
 */

const ATTENTION: ReadonlyMap<string, string> = new Map([
  ['norm', 'group_norm'],
  ['q', 'to_q'],
  ['k', 'to_k'],
  ['v', 'to_v'],
  ['proj_out', 'to_out.0'],
])

/**
 * @param name   without what stands before it (`first_stage_model.`)
 * @param levels of the autoencoder: the original counts those of the way up from the finest, diffusers from the coarsest
 * @returns a name that is not of the original layout as it is, as the ends of both layouts are called the same
 */
export function vaeNameInDiffusers(name: string, levels: number): string {
  const match = /^(encoder|decoder)\.(down|up|mid|norm_out)\.(.+)$/.exec(name)
  if (match === null) return name
  const [, half, part, rest] = match
  if (part === 'norm_out') return `${half}.conv_norm_out.${rest}`
  if (part === 'mid') return `${half}.mid_block.${middleName(rest)}`
  const place = /^(\d{1,2})\.(?:(block\.\d{1,2})|downsample|upsample)\.(.+)$/.exec(rest)
  if (place === null) return name
  const level = part === 'up' ? levels - 1 - Number(place[1]) : Number(place[1])
  const within = place[3].replace(/^nin_shortcut\./, 'conv_shortcut.')
  const module = rest.includes('.block.') ? `resnets.${place[2].slice('block.'.length)}` : `${part}samplers.0`
  return `${half}.${part}_blocks.${level}.${module}.${within}`
}

function middleName(rest: string): string {
  const resnet = /^block_([12])\.(.+)$/.exec(rest)
  if (resnet !== null) {
    return `resnets.${Number(resnet[1]) - 1}.${resnet[2].replace(/^nin_shortcut\./, 'conv_shortcut.')}`
  }
  const attention = /^attn_1\.(\w+)\.(\w+)$/.exec(rest)
  if (attention === null) return rest
  return `attentions.0.${ATTENTION.get(attention[1]) ?? attention[1]}.${attention[2]}`
}

/** How many resolutions the autoencoder has, by the names of its decoder; 0 if there is none. */
export function vaeLevels(names: Iterable<string>): number {
  let levels = 0
  for (const name of names) {
    const level = /^decoder\.up\.(\d{1,2})\.block\./.exec(name)?.[1]
    if (level !== undefined) levels = Math.max(levels, Number(level) + 1)
  }
  return levels
}
