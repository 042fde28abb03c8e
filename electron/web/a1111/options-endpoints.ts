/** The checkpoint and the options. The checkpoint is the studio's default model; all other options only sound like some. */
import { z } from 'zod'
import type { ContractClient } from '#shared/contract/contract.ts'
import { FieldsError } from './a1111-error.ts'
import { command, get, post, type Endpoint } from './endpoint.ts'
import { listModels, requireModel } from './list-models.ts'
import { modelItem } from './model-names.ts'

/** Characters of JSON that are kept of what clients set. */
const MAX_KEPT = 200_000

const OptionsBody = z.record(z.string(), z.unknown())

export function optionsEndpoints(client: ContractClient): Endpoint[] {
  let kept: Record<string, unknown> = {
    samples_format: 'png',
    sd_vae: 'Automatic',
    CLIP_stop_at_last_layers: 1,
    live_previews_enable: true,
    enable_pnginfo: true,
  }
  return [
    get('options', 'All options', async () => {
      const model = (await listModels(client)).find(({ isDefault }) => isDefault)
      return { ...kept, sd_model_checkpoint: model?.title ?? null, sd_checkpoint_hash: model?.sha256 ?? null }
    }),
    post('options', 'Sets options; only sd_model_checkpoint has an effect', OptionsBody, async (options) => {
      const { sd_model_checkpoint: checkpoint, ...others } = options
      const next = { ...kept, ...others }
      if (JSON.stringify(next).length > MAX_KEPT) {
        throw new FieldsError([{ loc: ['body'], msg: 'these are more options than are kept', type: 'value_error' }])
      }
      if (checkpoint !== undefined && checkpoint !== null && checkpoint !== '') {
        const { id } = await requireModel(checkpoint, client)
        await client.settings.update({ changes: { defaultModelId: id } })
      }
      kept = next
      return {}
    }),
    get('sd-models', 'Models', async () => (await listModels(client)).map(modelItem)),
    command('refresh-checkpoints', 'Looks through the folders of models again', () => client.models.scan({})),
    command('unload-checkpoint', 'Gives the memory of the engine back', () => client.studio.freeEngine({})),
    command('reload-checkpoint', 'Does nothing: the next request loads it', () => undefined),
  ]
}
