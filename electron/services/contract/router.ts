/**
 * Calls of the contract, by name, as every transport makes them: input from the wire is parsed, the handler runs,
 * its output is checked and brought into wire form. Nothing reaches a service that its schema did not let through,
 * and nothing leaves that the contract does not name.
 */
import { z } from 'zod'
import { contract, type ContractHandlers } from '#shared/contract/contract.ts'
import { refuseLong } from '#shared/contract/refuse-long.ts'
import type { Area, Handlers, Procedure } from '#shared/contract/procedure.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { inputError } from './input-error.ts'

export interface Router {
  /**
   * @param name  `area.procedure`
   * @param input as it comes off the wire (plain JSON values, and Uint8Array for bytes)
   * @throws {AppError} `procedure-unknown`, `invalid-argument`, and what the handler throws
   */
  call(name: string, input: unknown): Promise<unknown>
}

interface Route extends Procedure {
  readonly handle: (input: unknown) => unknown
}

export function createRouter(handlers: ContractHandlers): Router {
  return routerOf(contract, handlers)
}

/** The same for other areas than the studio's. */
export function routerOf<Areas extends Record<string, Area>>(
  areas: Areas,
  handlers: { [A in keyof Areas]: Handlers<Areas[A]> },
): Router {
  const routes = new Map<string, Route>()
  for (const [area, procedures] of Object.entries<Area>(areas)) {
    const implementations = handlers[area] as Record<string, Route['handle']>
    for (const [name, schemas] of Object.entries(procedures)) {
      routes.set(`${area}.${name}`, { ...schemas, handle: implementations[name] })
    }
  }
  return {
    async call(name, input) {
      const route = routes.get(name)
      if (route === undefined) {
        throw new AppError('procedure-unknown', `there is no procedure ${quoted(name)} in this version`)
      }
      refuseLong(route.input, input)
      const parsed = route.input.safeParse(input ?? {})
      if (!parsed.success) throw inputError(name, parsed.error)
      try {
        return z.encode(route.output, await route.handle(parsed.data))
      } catch (error) {
        throw AppError.from(error)
      }
    },
  }
}
