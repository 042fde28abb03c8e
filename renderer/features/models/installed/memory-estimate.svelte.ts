/** What a model takes of memory, asked for anew whenever what it is asked for changes; the latest answer counts. */
import type { MemoryView } from '#shared/contract/models.ts'
import { AppError } from '#shared/errors.ts'
import type { ContractClient } from '#shared/contract/contract.ts'

type Ask = Parameters<ContractClient['models']['memory']>[0]

export class MemoryEstimate {
  /** Undefined: not known yet; null: it cannot be told. */
  value = $state.raw<MemoryView | null>()
  error = $state.raw<AppError>()
  #latest = 0

  /** What was known stays until the answer is there. */
  async ask(client: ContractClient, wanted: Ask): Promise<void> {
    const own = ++this.#latest
    try {
      const answer = await client.models.memory(wanted)
      if (own !== this.#latest) return
      this.value = answer
      this.error = undefined
    } catch (error) {
      if (own === this.#latest) this.error = AppError.from(error)
    }
  }
}
