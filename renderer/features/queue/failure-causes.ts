/** Why images of a job failed: each cause once, with how many of those that were looked at had it. */
import type { ItemView } from '#shared/contract/jobs.ts'
import type { WireError } from '#shared/errors.ts'

export interface FailureCause {
  readonly error: WireError
  readonly count: number
}

/** The most frequent first. */
export function failureCauses(items: readonly Pick<ItemView, 'error'>[]): FailureCause[] {
  const causes = new Map<string, FailureCause>()
  for (const { error } of items) {
    if (error === null) continue
    const key = `${error.code} ${error.message}`
    causes.set(key, { error, count: (causes.get(key)?.count ?? 0) + 1 })
  }
  return [...causes.values()].sort((a, b) => b.count - a.count)
}

/** Trying again would fail again, as long as the model is not mended. */
export function isOfModel({ code }: WireError): boolean {
  return /^(model|weights|tensor|tokenizer|architecture|dtype)-/.test(code)
}
