/** What a procedure of the contract is: two schemas. Both ends infer their types from them and parse with them. */
import { z } from 'zod'

export interface Procedure<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** Refuses keys that it does not know, so that a misspelt field is an error and not a default. */
  readonly input: Input
  readonly output: Output
}

export function procedure<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Procedure<Input, Output> {
  return { input, output }
}

/** The procedures of one area, by name. */
export type Area = Readonly<Record<string, Procedure>>

/** What an area's service side implements. Inputs are parsed, with defaults filled in; outputs are checked. */
export type Handlers<A extends Area> = {
  [P in keyof A]: (input: z.output<A[P]['input']>) => z.output<A[P]['output']> | Promise<z.output<A[P]['output']>>
}

/** Input of a procedure that needs none. */
export const Nothing = z.strictObject({})

/** Output of a procedure that has none. */
export const Done = z.void()
