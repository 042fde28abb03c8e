/** The contract's inputs, by the store. */
import type { InputView, inputsContract } from '#shared/contract/inputs.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { InputRecord } from '../../db/inputs-reader.ts'
import type { InputStore } from './input-store.ts'

export function createInputsHandlers(inputs: Pick<InputStore, 'add' | 'get'>): Handlers<typeof inputsContract> {
  return {
    add: async ({ bytes }) => view(await inputs.add(bytes)),
    get: ({ hash }) => view(inputs.get(hash)),
  }
}

/** Where its file lies is nobody's business. */
function view({ hash, sizeBytes, widthPx, heightPx, createdAtMs }: InputRecord): InputView {
  return { hash, sizeBytes, widthPx, heightPx, createdAtMs }
}
