/** What the image-to-image panel asks for: pictures with their prompts, and how they are used. Kept over reloads. */
import { z } from 'zod'
import { RESIZE_MODES } from '#shared/names.ts'
import { keep, readKept } from './kept.ts'
import { takePictures, type Failure, type Source, type TakenPicture } from './take-pictures.ts'

const KEPT = 'image-to-image'
/** Jobs whose results are shown beside their inputs. */
const MAX_JOBS = 6

const PairSchema = z.object({
  key: z.int(),
  hash: z.string(),
  name: z.string(),
  widthPx: z.int(),
  heightPx: z.int(),
  prompt: z.string(),
})
/** A picture, with the prompt that is its own. The same picture can be in several. */
export type Pair = z.output<typeof PairSchema>

const FormSchema = z.object({
  pairs: z.array(PairSchema).default([]),
  /** One prompt for all pictures, or each picture's own. */
  promptFor: z.enum(['all', 'each']).default('all'),
  prompt: z.string().default(''),
  negativePrompt: z.string().default(''),
  /** Digits; empty: drawn at random. */
  seed: z.string().default(''),
  imagesPerPair: z.int().min(1).max(1_000).default(1),
  /** As diffusers has it. */
  strength: z.number().gt(0).max(1).default(0.8),
  /** Each picture's own size, or the one chosen for all panels. */
  sizeFrom: z.enum(['picture', 'chosen']).default('picture'),
  resizeMode: z.enum(RESIZE_MODES).default('crop'),
  /** The latest first. */
  jobIds: z.array(z.int()).default([]),
})
export type ImageToImageForm = z.output<typeof FormSchema>

export const DEFAULT_FORM: ImageToImageForm = FormSchema.parse({})

export class ImageToImageDraft {
  form = $state<ImageToImageForm>(FormSchema.safeParse(readKept(KEPT) ?? {}).data ?? structuredClone(DEFAULT_FORM))
  /** The pair that is looked at. */
  shownKey = $state<number>()
  readonly shown = $derived(this.form.pairs.find(({ key }) => key === this.shownKey) ?? this.form.pairs.at(0))
  /** The result that somebody chose; undefined: the latest. */
  shownItemId = $state<number>()

  /** Pictures on their way. */
  reading = $state(0)
  failures = $state.raw<readonly Failure[]>([])

  constructor() {
    $effect.root(() => {
      $effect(() => {
        keep(KEPT, $state.snapshot(this.form))
      })
    })
  }

  /** What cannot be taken is told by `failures`. */
  async take(sources: readonly Source[]): Promise<void> {
    this.reading += sources.length
    const { pictures, failures } = await takePictures(sources)
    this.reading -= sources.length
    this.failures = failures
    this.add(pictures)
  }

  /** Shows the first of them. The prompt of a picture becomes that of all, if there is none yet. */
  add(pictures: readonly TakenPicture[]): void {
    if (this.form.prompt === '') this.form.prompt = pictures.find(({ prompt }) => prompt !== undefined)?.prompt ?? ''
    let key = this.#nextKey()
    const pairs = pictures.map((picture) => ({ prompt: '', ...picture, key: key++ }))
    this.form.pairs.push(...pairs)
    this.shownKey = pairs.at(0)?.key ?? this.shownKey
  }

  /** The same picture once more, with a prompt to be written: then each has its own. */
  duplicate(pair: Pair): void {
    const { form } = this
    if (form.promptFor === 'all') this.usePromptFor('each')
    const copy = { ...$state.snapshot(pair), key: this.#nextKey() }
    form.pairs.splice(form.pairs.indexOf(pair) + 1, 0, copy)
    this.shownKey = copy.key
  }

  /** @returns puts it back where it was */
  remove(pair: Pair): () => void {
    const { pairs } = this.form
    const index = pairs.findIndex(({ key }) => key === pair.key)
    const [removed] = $state.snapshot(pairs.splice(index, 1))
    if (this.shownKey === pair.key) this.shownKey = (pairs.at(index) ?? pairs.at(-1))?.key
    return () => {
      this.form.pairs.splice(index, 0, removed)
      this.shownKey = removed.key
    }
  }

  /** What was written for all is where each begins. */
  usePromptFor(promptFor: ImageToImageForm['promptFor']): void {
    const { form } = this
    if (promptFor === 'each') for (const pair of form.pairs) if (pair.prompt === '') pair.prompt = form.prompt
    if (promptFor === 'all' && form.prompt === '') form.prompt = this.shown?.prompt ?? ''
    form.promptFor = promptFor
  }

  /** A job that was just added. */
  follow(jobId: number): void {
    this.form.jobIds = [jobId, ...this.form.jobIds.filter((id) => id !== jobId)].slice(0, MAX_JOBS)
    this.shownItemId = undefined
  }

  #nextKey(): number {
    return Math.max(0, ...this.form.pairs.map(({ key }) => key)) + 1
  }
}
