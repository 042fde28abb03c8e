/** What a job can take of settings that were read; the rest is named with the reason. */
import { GenerationSettingsSchema, NewItemSchema, type NewJob } from '#shared/contract/jobs.ts'
import type { ReadFields, ReadSettings, ReadView } from '#shared/contract/metadata.ts'
import type { ModelView } from '#shared/contract/models.ts'
import { shown } from './values.ts'

/** What is here to work with. */
export interface JobMeans {
  readonly models: readonly Pick<ModelView, 'id' | 'name' | 'hash' | 'problem'>[]
  hasInput(hash: string): boolean
}

type LeftOut = ReadView['leftOut']
type Known = Exclude<NonNullable<ReadFields[keyof ReadFields]>, { fidelity: 'not-understood' }>

const SETTINGS = ['numInferenceSteps', 'guidanceScale', 'widthPx', 'heightPx', 'scheduler', 'sigmas'] as const
const NEED_INPUT = ['strength', 'resizeMode'] as const
const OUT_OF_RANGE = 'it is outside of what a job takes'
const NO_SCHEDULER = 'it belongs to a scheduler that is not here'
const NO_INPUT = 'the image that it was made from is not here: choose it'

export function toNewJob(read: ReadSettings, means: JobMeans): Pick<ReadView, 'job' | 'leftOut'> {
  const { fields } = read
  const leftOut: LeftOut = []
  const leave = (name: string, value: unknown, reason: string): void => {
    leftOut.push({ name, value: shown(value), reason })
  }
  /** The value of a field that a job can take. */
  const taken = (name: keyof ReadFields): Known['value'] | undefined => {
    const field = fields[name]
    if (field?.fidelity === 'not-understood') leave(name, field.value, field.note)
    return field === undefined || field.fidelity === 'not-understood' ? undefined : field.value
  }

  const inputHash = taken('inputImageHash')
  const hasInput = typeof inputHash === 'string' && means.hasInput(inputHash)
  if (inputHash !== undefined && !hasInput) leave('inputImageHash', inputHash, NO_INPUT)

  const settings: Record<string, unknown> = {}
  for (const name of [...SETTINGS, ...NEED_INPUT]) {
    const value = taken(name)
    if (value === undefined) continue
    if (!hasInput && NEED_INPUT.some((needed) => needed === name)) leave(name, value, NO_INPUT)
    else if (name === 'sigmas' && settings.scheduler === undefined) leave(name, value, NO_SCHEDULER)
    else if (GenerationSettingsSchema.shape[name].safeParse(value).success) settings[name] = value
    else leave(name, value, OUT_OF_RANGE)
  }
  const modelId = modelIdOf(fields, means, leave)
  const prompt = taken('prompt')
  const negativePrompt = taken('negativePrompt')
  const seed = taken('seed')
  for (const { name, value, note } of read.notUnderstood) leave(name, value, note ?? 'there is nothing like it here')
  if (prompt === undefined) return { leftOut }

  const item = NewItemSchema.safeEncode({
    prompt,
    negativePrompt: negativePrompt ?? '',
    ...(seed !== undefined && { seed }),
    ...(hasInput && { inputHash }),
  } as NewJob['items'][number])
  if (!item.success) return { leftOut: [...leftOut, { name: 'prompt', value: shown(prompt), reason: OUT_OF_RANGE }] }
  return {
    job: {
      ...(modelId !== undefined && { modelId }),
      settings: GenerationSettingsSchema.parse(settings),
      items: [NewItemSchema.parse(item.data)],
      front: false,
    },
    leftOut,
  }
}

/** By our hash; a model of the same name is taken too, being what a person would try. */
function modelIdOf(
  { modelName, modelHash }: ReadFields,
  { models }: JobMeans,
  leave: (name: string, value: unknown, reason: string) => void,
): number | undefined {
  const usable = models.filter(({ problem, hash }) => problem === null && hash !== '')
  if (modelHash?.fidelity === 'exact') {
    const model = usable.find(({ hash }) => hash.startsWith(modelHash.value))
    if (model !== undefined) return model.id
  }
  if (modelName === undefined && modelHash === undefined) return undefined
  const name = modelName?.value ?? ''
  const namesake = usable.find((model) => name !== '' && model.name.toLowerCase() === name.toLowerCase())
  if (namesake !== undefined) {
    leave('modelHash', modelHash?.value ?? '', 'the model here has the same name; whether it is the same is not known')
    return namesake.id
  }
  leave('modelName', name === '' ? modelHash?.value : name, 'no model here is known by it: the default one is taken')
  return undefined
}
