/* eslint-disable svelte/prefer-svelte-reactivity -- parameters are replaced as a whole, never changed */
/**
 * Which panel is shown and with what, and what lies over it, in the address: reload, back, forward and a link bring it
 * again. Parameters of the panel and of what lies over it (`view`, `compare`) are kept apart.
 */
import { idsIn } from './ids-in.ts'

export const PANELS = ['batch', 'image-to-image', 'history', 'models', 'settings'] as const
export type Panel = (typeof PANELS)[number]

type Parameters = Record<string, string | number | undefined> | URLSearchParams
/** Images that lie over the panel: one in full, or several side by side. */
export interface Overlaid {
  readonly viewed?: number
  readonly compared?: readonly number[]
}

const VIEWED = 'view'
const COMPARED = 'compare'
/** Marks a step of the way back that this page made by opening something. */
const OPENED_HERE = 'reprise-opened'

export class Route {
  panel = $state<Panel>('batch')
  params = $state.raw(new URLSearchParams())
  overlaid = $state.raw<Overlaid>({})

  constructor() {
    this.#read()
    addEventListener('hashchange', () => {
      this.#read()
    })
  }

  /** Goes to a panel, with nothing over it; back leads here again. */
  go(panel: Panel, params: Parameters = {}): void {
    const next = this.href(panel, params)
    if (next === location.hash) return
    history.pushState(null, '', next)
    this.#read()
  }

  /** Other parameters for this panel, without a new step of the way back. */
  replace(params: Parameters): void {
    history.replaceState(history.state, '', address(this.panel, searchOf(params), this.overlaid))
    this.#read()
  }

  /** Over the panel that is shown; back closes it. What is open already is replaced. */
  open(overlaid: Overlaid): void {
    const next = address(this.panel, this.params, overlaid)
    if (isEmpty(this.overlaid)) history.pushState(OPENED_HERE, '', next)
    else history.replaceState(history.state, '', next)
    this.#read()
  }

  /** As back does, where that leads to the panel: the way back then does not open it again. */
  close(): void {
    if (isEmpty(this.overlaid)) return
    this.overlaid = {}
    if (history.state === OPENED_HERE) history.back()
    else history.replaceState(null, '', this.href(this.panel, this.params))
  }

  href(panel: Panel, params: Parameters = {}): string {
    return address(panel, searchOf(params), {})
  }

  #read(): void {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2) as [string, string | undefined]
    this.panel = PANELS.find((panel) => panel === path) ?? 'batch'
    const all = new URLSearchParams(query)
    const viewed = idsIn(all.get(VIEWED)).at(0)
    const compared = idsIn(all.get(COMPARED))
    all.delete(VIEWED)
    all.delete(COMPARED)
    if (all.toString() !== this.params.toString()) this.params = all
    if (compared.length > 1) this.overlaid = { compared }
    else if (viewed !== undefined) this.overlaid = { viewed }
    else if (!isEmpty(this.overlaid)) this.overlaid = {}
  }
}

function searchOf(params: Parameters): URLSearchParams {
  if (params instanceof URLSearchParams) return params
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) if (value !== undefined) given.set(name, String(value))
  return given
}

function address(panel: Panel, params: URLSearchParams, { viewed, compared = [] }: Overlaid): string {
  const all = new URLSearchParams(params)
  if (viewed !== undefined) all.set(VIEWED, String(viewed))
  if (compared.length > 0) all.set(COMPARED, compared.join('.'))
  const query = all.toString()
  return `#/${panel}${query === '' ? '' : `?${query}`}`
}

function isEmpty({ viewed, compared }: Overlaid): boolean {
  return viewed === undefined && compared === undefined
}
