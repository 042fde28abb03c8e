/**
 * Images of the history by their place in it, loaded page by page as they come into view. Pages are asked for by
 * cursors in both directions or by date; a place in the middle of a crowded day is found by counting halves of it.
 */
import type { ImageView } from '#shared/contract/history.ts'
import type { Section } from './wall-layout.ts'

export const PAGE_SIZE = 120
/** Counting is worth it if it saves more pages than this. */
const FAR = 4 * PAGE_SIZE
/** Below it there is nothing left to halve, ms. */
const SHORTEST_SPAN_MS = 1000

/** Where a page begins: nowhere (the very start), after or before a cursor, or at a time. */
export interface PageStart {
  after?: string
  before?: string
  atMs?: number
}

export interface PageSource {
  page(start: PageStart, limit: number): Promise<{ images: ImageView[]; after?: string; before?: string }>
  /** Images made in a time, both ends included. */
  count(fromMs: number, toMs: number): Promise<number>
}

/** A day's time, ends included, in the order of the wall: from its later end for the newest first. */
export interface SectionTime {
  readonly startMs: number
  readonly endMs: number
}

export interface HistoryPagesOptions {
  source: PageSource
  sections: readonly Section[]
  imageCount: number
  /** Absent: the order is not that of time. */
  timeOf?: (section: Section) => SectionTime
  /** Something was loaded. */
  onLoad: () => void
  /** What came does not fit the counts: they are out of date. */
  onStale: () => void
  onError: (error: unknown) => void
}

export class HistoryPages {
  readonly #options: HistoryPagesOptions
  readonly #images = new Map<number, ImageView>()
  readonly #indexes = new Map<number, number>()
  /** A page from here on begins so. */
  readonly #forward = new Map<number, PageStart>([[0, {}]])
  /** A page that ends before here begins so. */
  readonly #backward = new Map<number, PageStart>()
  /** What is in view comes before what is near it. */
  #wanted: readonly [from: number, until: number][] = []
  #isRunning = false
  #isClosed = false

  constructor(options: HistoryPagesOptions) {
    this.#options = options
    for (const section of options.sections) {
      if (options.timeOf === undefined || section.firstIndex === 0) continue
      this.#forward.set(section.firstIndex, { atMs: options.timeOf(section).startMs })
    }
  }

  get imageCount(): number {
    return this.#options.imageCount
  }

  at(index: number): ImageView | undefined {
    return this.#images.get(index)
  }

  /** Of what is loaded. */
  indexOf(id: number): number | undefined {
    return this.#indexes.get(id)
  }

  find(id: number): ImageView | undefined {
    const index = this.#indexes.get(id)
    return index === undefined ? undefined : this.#images.get(index)
  }

  /** Takes a changed image in place of what was there. */
  replace(image: ImageView): void {
    const index = this.#indexes.get(image.id)
    if (index !== undefined) this.#images.set(index, image)
  }

  /**
   * What is in view, until the next call: what is missing of it is loaded, and then what is near it.
   *
   * @param margin how many images before and after it are near
   */
  want(from: number, until: number, margin = 0): void {
    const clip = (index: number): number => Math.min(Math.max(index, 0), this.imageCount)
    this.#wanted = [
      [clip(from), clip(until)],
      [clip(until), clip(until + margin)],
      [clip(from - margin), clip(from)],
    ]
    if (!this.#isRunning) void this.#loadWanted()
  }

  /** The first page, which came with the counts. */
  begin(page: { images: readonly ImageView[]; after?: string }): void {
    this.#place(0, page.images)
    if (page.after !== undefined) this.#forward.set(page.images.length, { after: page.after })
  }

  /** All images of a span. @throws {AppError} what the studio answered */
  async load(from: number, until: number): Promise<ImageView[]> {
    const end = Math.min(until, this.imageCount)
    for (
      let index = this.#missing(from, end);
      index !== undefined && !this.#isClosed;
      index = this.#missing(from, end)
    ) {
      const had = this.#images.size
      await this.#loadAt(index)
      // a page that brings nothing new: the counts are out of date
      if (this.#images.size === had) break
    }
    return Array.from({ length: Math.max(end - from, 0) }, (_, at) => this.#images.get(from + at)).filter(
      (image) => image !== undefined,
    )
  }

  /** Nothing more is loaded. */
  close(): void {
    this.#isClosed = true
  }

  async #loadWanted(): Promise<void> {
    this.#isRunning = true
    try {
      for (let had = -1; this.#images.size !== had;) {
        had = this.#images.size
        const index = this.#firstWanted()
        if (index === undefined) break
        await this.#loadAt(index)
      }
    } catch (error) {
      if (!this.#isClosed) this.#options.onError(error)
    }
    this.#isRunning = false
  }

  #firstWanted(): number | undefined {
    if (this.#isClosed) return undefined
    for (const [from, until] of this.#wanted) {
      const index = this.#missing(from, until)
      if (index !== undefined) return index
    }
    return undefined
  }

  #missing(from: number, until: number): number | undefined {
    for (let index = from; index < until; index++) if (!this.#images.has(index)) return index
    return undefined
  }

  async #loadAt(index: number): Promise<void> {
    const after = nearest(this.#forward, (at) => index - at)
    const before = nearest(this.#backward, (at) => at - 1 - index)
    if (Math.min(after.distance, before.distance) > FAR && (await this.#halve(index))) return this.#loadAt(index)
    if (after.distance <= before.distance) await this.#loadForward(after.at)
    else await this.#loadBackward(before.at)
  }

  async #loadForward(from: number): Promise<void> {
    const { images, after, before } = await this.#options.source.page(this.#forward.get(from)!, PAGE_SIZE)
    this.#place(from, images)
    if (after !== undefined) this.#forward.set(from + images.length, { after })
    if (before !== undefined) this.#backward.set(from, { before })
    this.#check(from + images.length, after === undefined)
  }

  async #loadBackward(until: number): Promise<void> {
    const { images, before } = await this.#options.source.page(this.#backward.get(until)!, PAGE_SIZE)
    const from = until - images.length
    if (from < 0) {
      this.#options.onStale()
      return
    }
    this.#place(from, images)
    if (before !== undefined) this.#backward.set(from, { before })
    if ((before === undefined) !== (from === 0)) this.#options.onStale()
  }

  #place(from: number, images: readonly ImageView[]): void {
    for (const [at, image] of images.entries()) {
      this.#images.set(from + at, image)
      this.#indexes.set(image.id, from + at)
    }
    if (!this.#isClosed) this.#options.onLoad()
  }

  #check(until: number, isEnd: boolean): void {
    if (!this.#isClosed && isEnd !== until >= this.imageCount) this.#options.onStale()
  }

  /** Finds a place to begin nearer to an image of a crowded day. @returns whether there is one now */
  async #halve(index: number): Promise<boolean> {
    const { sections, timeOf, source } = this.#options
    const section = sections.findLast(({ firstIndex }) => firstIndex <= index)
    if (section === undefined || timeOf === undefined) return false
    const { startMs, endMs } = timeOf(section)
    const isDescending = startMs > endMs
    let [near, far, at] = [startMs, endMs, section.firstIndex]
    let hasFound = false
    while (index - at > PAGE_SIZE && Math.abs(near - far) > SHORTEST_SPAN_MS) {
      const middle = Math.round((near + far) / 2)
      const inHalf = await source.count(isDescending ? middle + 1 : near, isDescending ? near : middle - 1)
      if (at + inHalf <= index) {
        ;[near, at] = [middle, at + inHalf]
        this.#forward.set(at, { atMs: middle })
        hasFound = true
      } else far = isDescending ? middle + 1 : middle - 1
    }
    return hasFound && index - at <= FAR
  }
}

function nearest(
  starts: ReadonlyMap<number, PageStart>,
  distanceOf: (at: number) => number,
): { at: number; distance: number } {
  let found = { at: 0, distance: Infinity }
  for (const at of starts.keys()) {
    const distance = distanceOf(at)
    if (distance >= 0 && distance < found.distance) found = { at, distance }
  }
  return found
}
