/** The history as it is searched: what the wall shows, kept while other panels are open, and up to date by events. */
import type { ImageView } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { onePerStudio } from '#renderer/state/one-per-studio.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { HistoryPages, PAGE_SIZE, type PageSource, type SectionTime } from './history-pages.ts'
import { parseFilter, type Search, type SearchNames } from './search-filter.ts'
import { sectionsOf, WallLayout, type Section } from './wall-layout.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Events come in bursts. */
const REFRESH_DELAY_MS = 200

/** The wall was made anew: from the start, or so that one image stays where it was. */
export type Renewal =
  { readonly kind: 'search' } | { readonly kind: 'refresh'; readonly from: number; readonly to: number }

const REFRESH: Renewal = { kind: 'refresh', from: 0, to: 0 }

export class HistoryState {
  readonly #studio: StudioState
  /** What is typed. */
  text = $state('')
  search = $state.raw<Search>({ filter: {}, sort: 'newest', problems: [] })
  names = $state.raw<SearchNames>({ models: [], tags: [], collections: [] })
  sections = $state.raw<readonly Section[]>([])
  columns = $state(6)
  readonly layout = $derived(new WallLayout(this.sections, this.columns))
  isLoaded = $state(false)
  error = $state.raw<AppError>()
  renewal = $state.raw<Renewal>({ kind: 'search' })
  /** One up with every search, not with a refresh. */
  searchCount = $state(0)
  /** Images that came while the person looked at others: shown when they go to the top. */
  heldBack = $state(0)
  /** The wall is at its top. */
  isAtTop = true
  /** Where the wall was left. */
  scrollTopPx = 0
  #pages = $state.raw<HistoryPages>()
  /** One up when images were loaded: whoever reads an image reads this too, and looks again then. */
  #loads = $state(0)
  #visible: [from: number, until: number] = [0, 0]
  #timer: ReturnType<typeof setTimeout> | undefined
  #opening = 0
  /** Somebody looks at it. */
  #isOpen = false
  /** Images came while nobody did. */
  #isBehind = false

  constructor(studio: StudioState) {
    this.#studio = studio
    const { connection } = studio
    connection.onLoad(() => {
      void this.#loadNames()
      this.#isBehind = true
      if (this.#isOpen) void this.#search(this.isLoaded ? REFRESH : { kind: 'search' })
    })
    for (const name of ['tags.changed', 'collections.changed', 'models.changed'] as const) {
      connection.on(name, () => void this.#loadNames())
    }
    connection.on('image.added', () => {
      // a long batch beside another panel would be asked for image by image
      if (!this.#isOpen) this.#isBehind = true
      else if (this.isAtTop || this.search.sort !== 'newest') this.#refreshSoon()
      else this.heldBack += 1
    })
    for (const name of ['images.changed', 'images.removed'] as const) {
      connection.on(name, () => {
        if (this.isLoaded) this.#refreshSoon()
      })
    }
  }

  get imageCount(): number {
    return this.layout.imageCount
  }

  /** Of what was looked at last. */
  get firstVisible(): number {
    return this.#visible[0]
  }

  at(index: number): ImageView | undefined {
    return this.#loads >= 0 ? this.#pages?.at(index) : undefined
  }

  find(id: number): ImageView | undefined {
    return this.#loads >= 0 ? this.#pages?.find(id) : undefined
  }

  indexOf(id: number): number | undefined {
    return this.#loads >= 0 ? this.#pages?.indexOf(id) : undefined
  }

  /** @throws {AppError} */
  async load(from: number, until: number): Promise<ImageView[]> {
    return (await this.#pages?.load(from, until)) ?? []
  }

  look(from: number, until: number): void {
    this.#visible = [from, until]
    this.#pages?.want(from, until, until - from)
  }

  /** As soon as there is a connection; what is there already is only brought up to date. */
  async open(text: string): Promise<void> {
    const isThere = this.isLoaded && text === this.text && this.error === undefined
    if (text !== this.text) this.scrollTopPx = 0
    this.text = text
    this.#isOpen = true
    if (!this.#studio.connection.online) return
    if (!isThere) await this.#search({ kind: 'search' })
    else if (this.#isBehind) await this.#search(REFRESH)
  }

  /** Until it is opened again nothing is asked for because images come. */
  close(): void {
    this.#isOpen = false
  }

  /** Shows what was held back. */
  async refresh(): Promise<void> {
    await this.#search(REFRESH)
  }

  /** At once, before the studio answers; its event brings the truth. */
  patch(ids: readonly number[], change: Partial<Pick<ImageView, 'favourite' | 'rating'>>): void {
    for (const id of ids) {
      const image = this.#pages?.find(id)
      if (image !== undefined) this.#pages?.replace({ ...image, ...change })
    }
    this.#loads += 1
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#search(REFRESH), REFRESH_DELAY_MS)
  }

  async #loadNames(): Promise<void> {
    const { api } = this.#studio
    try {
      const [models, tags, collections] = await Promise.all([
        api.models.list({}),
        api.tags.list({}),
        api.collections.list({}),
      ])
      this.names = { models, tags, collections }
    } catch {
      // a search by name says that it knows none; the next connection tries again
    }
    // names in the address mean something now
    const { problems } = parseFilter(this.text, this.names, now())
    if (this.isLoaded && problems.length !== this.search.problems.length) await this.#search(REFRESH)
  }

  /** What is shown stays until what comes instead is there. */
  async #search(renewal: Renewal): Promise<void> {
    const opening = ++this.#opening
    this.#isBehind = false
    const search = parseFilter(this.text, this.names, now())
    try {
      const { history } = this.#studio.api
      const utcOffsetMinutes = -now().getTimezoneOffset()
      const { filter, sort } = search
      const [days, first] = await Promise.all([
        sort === 'rating'
          ? history.count({ filter }).then(({ imageCount }) => (imageCount === 0 ? [] : [{ day: '', imageCount }]))
          : history.days({ filter, utcOffsetMinutes }),
        history.page({ filter, sort, limit: PAGE_SIZE }),
      ])
      if (opening !== this.#opening) return
      const sections = sectionsOf(sort === 'oldest' ? days.toReversed() : days)
      const pages = this.#pagesOf(search, sections, utcOffsetMinutes)
      pages.begin(first)
      const place = renewal.kind === 'refresh' ? await this.#placeIn(pages, sections) : renewal
      if (opening !== this.#opening) return
      this.#pages?.close()
      this.#pages = pages
      this.search = search
      this.sections = sections
      this.renewal = place
      if (place.kind === 'search') this.searchCount += 1
      this.heldBack = 0
      this.error = undefined
      this.#loads += 1
    } catch (error) {
      if (opening === this.#opening) this.error = AppError.from(error)
    }
    if (opening === this.#opening) this.isLoaded = true
  }

  /** Loads what will be in view, so that the first visible image stays where it is. */
  async #placeIn(pages: HistoryPages, sections: readonly Section[]): Promise<Renewal> {
    const [from, until] = this.#visible
    const image = this.#pages?.at(from)
    const old = this.layout.sections[this.layout.sectionIndexOf(from)] as Section | undefined
    const section = sections.find(({ day }) => day === old?.day)
    if (this.isAtTop || image === undefined || old === undefined || section === undefined) {
      await pages.load(0, Math.min(until - from, pages.imageCount))
      return REFRESH
    }
    const added = section.imageCount - old.imageCount
    const guess = Math.min(section.firstIndex + from - old.firstIndex, pages.imageCount - 1)
    const around = Math.abs(added)
    await pages.load(Math.max(guess - around, 0), Math.min(guess + around + until - from, pages.imageCount))
    return { kind: 'refresh', from, to: pages.indexOf(image.id) ?? guess }
  }

  #pagesOf(search: Search, sections: readonly Section[], utcOffsetMinutes: number): HistoryPages {
    const { filter, sort } = search
    const { history } = this.#studio.api
    const source: PageSource = {
      page: (start, limit) => history.page({ filter, sort, limit, ...start }),
      count: async (fromMs, toMs) => {
        const { createdFromMs = fromMs, createdToMs = toMs } = filter
        const within = { createdFromMs: Math.max(fromMs, createdFromMs), createdToMs: Math.min(toMs, createdToMs) }
        return (await history.count({ filter: { ...filter, ...within } })).imageCount
      },
    }
    return new HistoryPages({
      source,
      sections,
      imageCount: sections.reduce((sum, section) => sum + section.imageCount, 0),
      ...(sort !== 'rating' && { timeOf: ({ day }: Section) => timeOf(day, sort === 'oldest', utcOffsetMinutes) }),
      onLoad: () => (this.#loads += 1),
      onStale: () => {
        this.#refreshSoon()
      },
      onError: (error) => {
        this.error = AppError.from(error)
      },
    })
  }
}

function now(): Date {
  return new Date()
}

/** @param day by a clock that is so many minutes ahead of UTC */
function timeOf(day: string, isOldestFirst: boolean, utcOffsetMinutes: number): SectionTime {
  const firstMs = Math.max(Date.parse(day) - utcOffsetMinutes * MINUTE_MS, 0)
  const lastMs = firstMs + DAY_MS - 1
  return isOldestFirst ? { startMs: firstMs, endMs: lastMs } : { startMs: lastMs, endMs: firstMs }
}

/** The one of this page: the wall is still there when somebody comes back to it. */
export const historyOf = onePerStudio((studio) => new HistoryState(studio))
