/** What can be done about a model that cannot be used, by what is wrong with it. */
import type { ErrorCode } from '#shared/errors.ts'
import * as m from '#renderer/paraglide/messages.js'

export interface WayOut {
  readonly text: string
  /** What one button does about it. */
  readonly action: 'look-again' | 'download' | 'folders'
}

const OTHER_KIND: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['architecture-unsupported', 'dtype-unsupported'])
const DAMAGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model-component-missing',
  'model-config-invalid',
  'weights-invalid',
  'tensor-missing',
  'tensor-shape-mismatch',
  'tokenizer-invalid',
])

export function wayOut(codes: readonly ErrorCode[]): WayOut {
  // of what cannot run even if it is whole, nothing else matters
  if (codes.some((code) => OTHER_KIND.has(code))) return { text: m.models_way_other_kind(), action: 'download' }
  if (codes.some((code) => DAMAGED.has(code))) return { text: m.models_way_damaged(), action: 'download' }
  if (codes.includes('model-not-found')) return { text: m.models_way_gone(), action: 'folders' }
  return { text: m.models_way_passing(), action: 'look-again' }
}
