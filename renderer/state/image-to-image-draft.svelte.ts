/** What the image-to-image panel asks for: pictures with their prompts, and how they are used. Kept over reloads. */
import { z } from 'zod'
import { RESIZE_MODES } from '#shared/names.ts'
import { AppError } from '#shared/errors.ts'
import { KeptLater } from './kept-later.svelte.ts'
import { readKept } from './kept.ts'
import { MadeWithSchema } from './made-with.ts'
import {
  madeOfInput,
  takePicture,
  type Failure,
  type ReadSettings,
  type Source,
  type TakenPicture,
} from './take-pictures.ts'

const KEPT = 'image-to-image'
/** Jobs whose results are shown beside their inputs. */
const MAX_JOBS = 6
/** More do not fit into what a browser keeps of a page. */
export const MAX_PAIRS = 2_000

/**
 * Which prompts go with which pictures: one with all; each line of it with each picture; each picture its own; the one
 * that a picture was made with, and where it tells none, the one for all.
 */
export const PROMPT_MODES = ['all', 'every', 'each', 'made'] as const
export type PromptMode = (typeof PROMPT_MODES)[number]

const PairSchema = z.object({
  key: z.int(),
  hash: z.string(),
  name: z.string(),
  widthPx: z.int(),
  heightPx: z.int(),
  prompt: z.string(),
  made: MadeWithSchema.nullish(),
})
/** A picture, with the prompt that is its own. The same picture can be in several. */
export type Pair = z.output<typeof PairSchema>

const FormSchema = z.object({
  pairs: z.array(PairSchema).default([]),
  promptFor: z.enum(PROMPT_MODES).default('all'),
  /** With prompts that pictures were made with, the seed too. */
  keepsSeeds: z.boolean().default(false),
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
  readonly #readSettings: ReadSettings
  readonly #kept = new KeptLater(KEPT)
  /** One up when somebody wants no more of those on their way. */
  #stops = 0
  /** Keys are never given twice: a pair that comes back by Undo shall not meet another with its own. */
  #lastKey = Math.max(0, ...this.form.pairs.map(({ key }) => key))

  constructor(readSettings: ReadSettings) {
    this.#readSettings = readSettings
    $effect.root(() => {
      $effect(() => {
        this.#kept.keep($state.snapshot(this.form))
      })
    })
  }

  /** One after another, each shown when it is there. What cannot be taken is told by `failures`. */
  async take(sources: readonly Source[]): Promise<void> {
    const stops = this.#stops
    this.reading += sources.length
    for (const [index, source] of sources.entries()) {
      try {
        const picture = await takePicture(source, this.#readSettings)
        if (stops !== this.#stops) return
        this.add([picture], { show: index === 0 })
      } catch (error) {
        if (stops !== this.#stops) return
        this.failures = [...this.failures, { name: source.name, error: AppError.from(error) }]
      }
      this.reading -= 1
    }
  }

  /** What is there stays; the rest is not taken. */
  stopTaking(): void {
    this.#stops += 1
    this.reading = 0
  }

  /** A picture's prompt becomes that of all, if there is none yet; if another has another one, each keeps its own. */
  add(pictures: readonly TakenPicture[], { show = true } = {}): void {
    const { form } = this
    const prompts = pictures.flatMap(({ made }) => made?.prompt ?? [])
    const carried = form.pairs.find(({ made }) => made != null)?.made?.prompt ?? prompts.at(0)
    if (form.prompt === '') form.prompt = prompts.at(0) ?? ''
    // nobody wrote anything: it is still the first picture's
    else if (form.promptFor === 'all' && form.prompt === carried && prompts.some((prompt) => prompt !== carried)) {
      form.promptFor = 'made'
    }
    const room = MAX_PAIRS - form.pairs.length
    const pairs = pictures
      .slice(0, room)
      .map((picture) => ({ ...picture, prompt: picture.made?.prompt ?? '', key: ++this.#lastKey }))
    form.pairs.push(...pairs)
    for (const { hash, made } of pairs) if (made === undefined) void this.#ask(hash)
    if (show) this.shownKey = pairs.at(0)?.key ?? this.shownKey
    for (const { name } of pictures.slice(room)) {
      const error = new AppError('invalid-argument', `more than ${MAX_PAIRS} pictures do not fit: take them in parts`)
      this.failures = [...this.failures, { name, error }]
    }
  }

  /** The same picture once more, with a prompt to be written: then each has its own. */
  duplicate(pair: Pair): void {
    const { form } = this
    if (form.promptFor !== 'each') this.usePromptFor('each')
    const copy = { ...$state.snapshot(pair), key: ++this.#lastKey }
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

  /** @returns puts them back */
  clear(): () => void {
    const { form } = this
    const pairs = $state.snapshot(form.pairs)
    this.stopTaking()
    form.pairs = []
    return () => {
      form.pairs = [...pairs, ...$state.snapshot(form.pairs)]
    }
  }

  /** What was written for all is where each begins. */
  usePromptFor(promptFor: PromptMode): void {
    const { form } = this
    if (promptFor === 'each') for (const pair of form.pairs) if (pair.prompt === '') pair.prompt = form.prompt
    if (promptFor !== 'each' && form.prompt === '') form.prompt = this.shown?.prompt ?? ''
    form.promptFor = promptFor
  }

  /** A job that was just added. */
  follow(jobId: number): void {
    this.form.jobIds = [jobId, ...this.form.jobIds.filter((id) => id !== jobId)].slice(0, MAX_JOBS)
    this.shownItemId = undefined
  }

  async #ask(hash: string): Promise<void> {
    const made = await madeOfInput(hash, this.#readSettings)
    for (const pair of this.form.pairs) if (pair.hash === hash && pair.made === undefined) pair.made = made
  }
}
