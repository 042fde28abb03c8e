/** What is to be fetched: looked up first, so that its size, its folder and its variants are known before it begins. */
import { z } from 'zod'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { DownloadView } from '#shared/contract/downloads.ts'
import { Hash } from '#shared/contract/values.ts'
import { AppError } from '#shared/errors.ts'
import { keep, readKept } from '#renderer/state/kept.ts'

export type DownloadPlan = Awaited<ReturnType<ContractClient['downloads']['plan']>>

const KEPT = 'download'
const KeptSchema = z.object({ source: z.string(), target: z.string(), sha256: z.string() })
const Choices = z.object({ files: z.array(z.string()) })

export class DownloadForm {
  source = $state('')
  /** Empty: a folder of its own among the models of the data folder. */
  target = $state('')
  /** Empty: whatever the server says it has. */
  sha256 = $state('')
  /** Of a plan; empty: the unnamed one. */
  variant = $state('')
  plan = $state.raw<DownloadPlan>()
  error = $state.raw<AppError>()
  /** Files of a repository that is no model as a whole: one of them may be meant. */
  choices = $state.raw<readonly string[]>([])
  /** Chosen from them. */
  file = $state<string>()
  isBusy = $state(false)
  readonly #client: ContractClient
  #latest = 0

  constructor(client: ContractClient) {
    this.#client = client
    const kept = KeptSchema.safeParse(readKept(KEPT))
    if (kept.success) Object.assign(this, kept.data)
  }

  get isHashWrong(): boolean {
    const text = this.sha256.trim()
    return text !== '' && !Hash.safeParse(text.toLowerCase()).success
  }

  /** Something was typed: what was looked up before is another thing. */
  changed(): void {
    this.#latest += 1
    this.plan = undefined
    this.error = undefined
    this.choices = []
    this.file = undefined
    this.variant = ''
    this.isBusy = false
    this.#keep()
  }

  /** Asks what would be fetched; nothing is. */
  async look(): Promise<void> {
    await this.#run(async () => {
      const plan = await this.#client.downloads.plan(this.#wanted())
      return () => {
        this.plan = plan
      }
    })
  }

  /** @returns what began; nothing if it could not, and `error` says why */
  async start(): Promise<DownloadView | undefined> {
    let started: DownloadView | undefined
    await this.#run(async () => {
      const download = await this.#client.downloads.start(this.#wanted())
      return () => {
        started = download
        this.source = ''
        this.sha256 = ''
        this.changed()
      }
    })
    return started
  }

  #wanted(): Parameters<ContractClient['downloads']['plan']>[0] {
    const [target, sha256] = [this.target.trim(), this.sha256.trim().toLowerCase()]
    return {
      source: this.source.trim(),
      ...(target !== '' && { target }),
      ...(sha256 !== '' && { sha256 }),
      ...(this.variant !== '' && { variant: this.variant }),
      ...(this.file !== undefined && { files: [this.file] }),
    }
  }

  /** @param ask gives what to do with the answer, if it is still wanted then */
  async #run(ask: () => Promise<() => void>): Promise<void> {
    const own = ++this.#latest
    this.isBusy = true
    this.error = undefined
    try {
      const take = await ask()
      if (own === this.#latest) take()
    } catch (thrown) {
      if (own !== this.#latest) return
      this.error = AppError.from(thrown)
      const choices = Choices.safeParse(this.error.data)
      if (choices.success && choices.data.files.length > 0) this.choices = choices.data.files
    } finally {
      if (own === this.#latest) this.isBusy = false
    }
  }

  #keep(): void {
    keep(KEPT, { source: this.source, target: this.target, sha256: this.sha256 })
  }
}
