/** Lists of words while they are edited. Each change is kept in the studio's settings by itself. */
import { AppError } from '#shared/errors.ts'
import type { Wildcards } from '#shared/contract/wildcards.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { listLines, toListName } from './list-name.ts'

const DELAY_MS = 600

export class EditedLists {
  readonly #studio: StudioState
  /** What the studio was last asked to keep, until it has: the next change begins with it. */
  #wanted = $state.raw<Wildcards>()
  readonly all: Wildcards = $derived.by(() => this.#wanted ?? this.#studio.settings.current?.wildcards ?? {})
  readonly names = $derived(Object.keys(this.all).sort((a, b) => a.localeCompare(b)))
  name = $state('')
  /** As it is typed. */
  text = $state('')
  error = $state.raw<AppError>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param name of the list that is looked at first; it is made if there is none */
  constructor(studio: StudioState, name: string) {
    this.#studio = studio
    const first = name === '' ? this.names.at(0) : name
    if (first !== undefined) this.#show(first)
    if (name !== '' && !Object.hasOwn(this.all, name)) void this.#put({ ...this.all, [name]: [] })
  }

  open(name: string): void {
    this.flush()
    this.#show(name)
  }

  add(wished = '', text = ''): void {
    this.flush()
    const name = toListName(wished, this.names, m.batch_list_new_name())
    void this.#put({ ...this.all, [name]: listLines(text) })
    this.#show(name)
  }

  type(text: string): void {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.flush()
    }, DELAY_MS)
  }

  rename(wished: string): void {
    this.flush()
    const others = this.names.filter((other) => other !== this.name)
    const name = toListName(wished, others, this.name)
    const { [this.name]: lines, ...rest } = this.all
    this.name = name
    void this.#put({ ...rest, [name]: lines })
  }

  remove(): void {
    this.flush()
    const { toasts } = this.#studio
    const [name, before] = [this.name, this.all[this.name]]
    const rest = Object.fromEntries(Object.entries(this.all).filter(([other]) => other !== name))
    this.#show(this.names.find((other) => other !== name) ?? '')
    void this.#put(rest)
    toasts.undo(m.batch_list_removed({ name }), () => this.#put({ ...this.all, [name]: before }))
  }

  /** Keeps what was typed now. */
  flush(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.name !== '') void this.#put({ ...this.all, [this.name]: listLines(this.text) })
  }

  #show(name: string): void {
    this.name = name
    this.text = Object.hasOwn(this.all, name) ? this.all[name].join('\n') : ''
  }

  async #put(lists: Wildcards): Promise<void> {
    this.#wanted = lists
    try {
      const wildcards = Object.fromEntries(Object.entries(lists).map(([name, lines]) => [name, [...lines]]))
      await this.#studio.settings.update({ wildcards })
      if (this.#wanted === lists) this.#wanted = undefined
      this.error = undefined
    } catch (thrown) {
      this.error = AppError.from(thrown)
    }
  }
}
