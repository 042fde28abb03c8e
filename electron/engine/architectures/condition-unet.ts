/** UNet2DConditionModel as a denoiser, as every Stable Diffusion family runs it. */
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import type { UNetConfig } from '#engine/networks/unet-2d-condition-config.ts'
import { sinusoidalEmbedding } from '#engine/networks/sinusoidal-embedding.ts'
import { guidanceEmbedding } from '#engine/conditioning/guidance-embedding.ts'
import { addedConditions } from '#engine/conditioning/size-conditions.ts'
import type { BoundModel, Denoiser } from './architecture.ts'

export function conditionUNet(model: BoundModel, { guidanceScale }: { guidanceScale: number }): Denoiser {
  const config: UNetConfig = model.components.get('unet', UNET_2D_CONDITION)
  const { added, guidanceEmbedDim } = config
  const guidance = guidanceEmbedDim === undefined ? undefined : row(guidanceEmbedding(guidanceScale, guidanceEmbedDim))
  return {
    async predict(sample, timestep, conditioning) {
      const session = await model.session('unet', 'unet')
      const outputs = await session.run({
        sample,
        time_projection: row(sinusoidalEmbedding(timestep, config.levels[0].channels, config)),
        prompt_embeds: conditioning.hiddenStates!,
        ...(added && { added_conditions: addedConditions(conditioning, added.timeEmbedDim, config) }),
        ...(guidance && { guidance_embedding: guidance }),
      })
      return outputs.out
    },
  }
}

function row(data: Float32Array): { shape: number[]; data: Float32Array } {
  return { shape: [1, data.length], data }
}
