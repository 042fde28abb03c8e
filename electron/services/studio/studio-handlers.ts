/** The contract's `studio`: what it is, how it is, and its engine. */
import type { Handlers } from '#shared/contract/procedure.ts'
import type { EngineState, Finding, studioContract } from '#shared/contract/studio.ts'
import { VERSION } from '#shared/version.ts'

interface Deps {
  readonly epoch: string
  readonly startupNotes: readonly string[]
  readonly engineState: () => EngineState
  readonly freeEngine: () => Promise<void>
  readonly doctor: () => Promise<Finding[]>
}

export function createStudioHandlers(deps: Deps): Handlers<typeof studioContract> {
  return {
    info: () => ({
      version: VERSION,
      epoch: deps.epoch,
      nodeVersion: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      engine: deps.engineState(),
      startupNotes: [...deps.startupNotes],
    }),
    doctor: async () => ({ findings: await deps.doctor() }),
    freeEngine: () => deps.freeEngine(),
  }
}
