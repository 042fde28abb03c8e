/* eslint-disable svelte/prefer-svelte-reactivity -- parameters are replaced as a whole, never changed */
/** Which panel is shown and with what, in the address: reload, back and a link bring it again. */

export const PANELS = ['batch', 'image-to-image', 'history', 'models', 'settings'] as const
export type Panel = (typeof PANELS)[number]

type Parameters = Record<string, string | number | undefined> | URLSearchParams

export class Route {
  panel = $state<Panel>('batch')
  params = $state.raw(new URLSearchParams())

  constructor() {
    this.#read()
    addEventListener('hashchange', () => {
      this.#read()
    })
  }

  /** Goes to a panel; back leads here again. */
  go(panel: Panel, params: Parameters = {}): void {
    location.hash = this.href(panel, params)
  }

  /** Other parameters for this panel, without a new step of the way back. */
  replace(params: Parameters): void {
    history.replaceState(history.state, '', this.href(this.panel, params))
    this.#read()
  }

  href(panel: Panel, params: Parameters = {}): string {
    const given = params instanceof URLSearchParams ? params : new URLSearchParams()
    if (!(params instanceof URLSearchParams)) {
      for (const [name, value] of Object.entries(params)) if (value !== undefined) given.set(name, String(value))
    }
    const query = given.toString()
    return `#/${panel}${query === '' ? '' : `?${query}`}`
  }

  #read(): void {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2) as [string, string | undefined]
    this.panel = PANELS.find((panel) => panel === path) ?? 'batch'
    this.params = new URLSearchParams(query)
  }
}
