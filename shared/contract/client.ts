/** The client side of the contract, the same over every transport: names become methods, answers are decoded. */
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { contract, type ClientOf, type ContractClient } from './contract.ts'
import type { Area, Procedure } from './procedure.ts'

/** Wire values in, wire values out. @throws {AppError} what the studio answered */
export type Call = (procedure: string, input: unknown) => Promise<unknown>

/** Inputs of a ContractClient are wire values already (seeds as text or small numbers): the router parses them. */
export function createClient(call: Call): ContractClient {
  return clientOf(contract, call)
}

/** The same for other areas than the studio's. */
export function clientOf<Areas extends Record<string, Area>>(of: Areas, call: Call): ClientOf<Areas> {
  const areas = Object.entries<Area>(of).map(([area, procedures]) => [
    area,
    Object.fromEntries(
      Object.entries(procedures).map(([name, { output }]) => {
        const procedure = `${area}.${name}`
        return [name, async (input: unknown) => decodeOutput(procedure, output, await call(procedure, input))]
      }),
    ),
  ])
  return Object.fromEntries(areas) as ClientOf<Areas>
}

function decodeOutput(procedure: string, schema: Procedure['output'], output: unknown): unknown {
  const decoded = z.safeDecode(schema, output)
  if (decoded.success) return decoded.data
  throw new AppError('internal', `the answer to ${procedure} does not fit the contract; are both of one version?`, {
    cause: decoded.error,
  })
}
