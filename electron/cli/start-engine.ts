import type { ChildHandle } from '../supervisor/child-handle.ts'
import { forkNodeChild } from '../supervisor/node-child.ts'
import type { CliHost } from './host.ts'

/** An engine process; what its libraries print is shown to those who debug. */
export function startEngine(host: CliHost): ChildHandle {
  return forkNodeChild(host.engineEntry, {
    onOutput: host.debug ? (text) => host.stderr.write(text) : undefined,
  })
}
