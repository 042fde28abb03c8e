import { expect, test } from 'vitest'
import { layoutOfDiffusersNames, layoutOfOriginalNames, unetKeys, type UNetLayout } from './unet-keys.ts'

const levels = (...sides: [number, boolean][]) =>
  sides.map(([count, attention]) => Array<boolean>(count).fill(attention))
const SD1: UNetLayout = {
  down: levels([2, true], [2, true], [2, true], [2, false]),
  up: levels([3, false], [3, true], [3, true], [3, true]),
}
const SDXL: UNetLayout = {
  down: levels([2, false], [2, true], [2, true]),
  up: levels([3, true], [3, true], [3, false]),
}

test.each([
  [SD1, 'input_blocks.0.0.weight', 'conv_in.weight'],
  [SD1, 'input_blocks.1.1.proj_in.bias', 'down_blocks.0.attentions.0.proj_in.bias'],
  [SD1, 'input_blocks.3.0.op.weight', 'down_blocks.0.downsamplers.0.conv.weight'],
  [SD1, 'input_blocks.11.0.out_layers.3.weight', 'down_blocks.3.resnets.1.conv2.weight'],
  [SD1, 'output_blocks.2.1.conv.weight', 'up_blocks.0.upsamplers.0.conv.weight'],
  [SD1, 'output_blocks.5.2.conv.weight', 'up_blocks.1.upsamplers.0.conv.weight'],
  [SD1, 'output_blocks.11.1.norm.weight', 'up_blocks.3.attentions.2.norm.weight'],
  [
    SDXL,
    'input_blocks.4.1.transformer_blocks.0.attn1.to_q',
    'down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q',
  ],
  [SDXL, 'input_blocks.7.0.skip_connection', 'down_blocks.2.resnets.0.conv_shortcut'],
  [SDXL, 'middle_block.2.emb_layers.1', 'mid_block.resnets.1.time_emb_proj'],
  [SDXL, 'output_blocks.5.2.conv', 'up_blocks.1.upsamplers.0.conv'],
  [SDXL, 'output_blocks.8.0.in_layers.2', 'up_blocks.2.resnets.2.conv1'],
  [SDXL, 'label_emb.0.2.bias', 'add_embedding.linear_2.bias'],
  [SDXL, 'out.2', 'conv_out'],
])('%#: %s', (layout, original, diffusers) => {
  const keys = unetKeys(layout)
  expect(keys.toDiffusers(original)).toBe(diffusers)
  expect(keys.toOriginal(diffusers)).toBe(original)
})

test('a name that is not of the UNet stays as it is', () => {
  const keys = unetKeys(SD1)
  expect(keys.toDiffusers('input_blocks.99.0.weight')).toBe('input_blocks.99.0.weight')
  expect(keys.toOriginal('conv_input.weight')).toBe('conv_input.weight')
  expect(keys.toOriginal('')).toBe('')
})

test('the layout is read from either way of naming', () => {
  for (const layout of [SD1, SDXL]) {
    const keys = unetKeys(layout)
    const names = ['down', 'up'].flatMap((side) =>
      layout[side as 'down' | 'up'].flatMap((attentions, level) => [
        ...attentions.flatMap((attention, i) => [
          ...(attention ? [`${side}_blocks.${level}.attentions.${i}.transformer_blocks.0.attn1.to_q.weight`] : []),
          `${side}_blocks.${level}.resnets.${i}.norm1.weight`,
        ]),
        ...(level < layout[side as 'down' | 'up'].length - 1
          ? [`${side}_blocks.${level}.${side}samplers.0.conv.weight`]
          : []),
      ]),
    )
    expect(layoutOfDiffusersNames(names)).toEqual(layout)
    expect(layoutOfOriginalNames(names.map((name) => keys.toOriginal(name)))).toEqual(layout)
  }
})

test('hostile numbers make no layout', () => {
  expect(layoutOfDiffusersNames(['down_blocks.999.resnets.0.a', 'up_blocks.0.resnets.999.a'])).toEqual({
    down: [],
    up: [],
  })
  expect(layoutOfOriginalNames(['input_blocks.900.0.in_layers.0.weight'])).toEqual({ down: [[]], up: [[]] })
})
