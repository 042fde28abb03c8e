import { Argument } from 'commander'
import { integer, repeated } from './option-values.ts'

/** Numbers that commands printed before. */
export function idArgument(name: string, description: string): Argument {
  return new Argument(name, description).argParser(integer(name, { min: 1 }))
}

export function idsArgument(description: string): Argument {
  return new Argument('<id...>', description).argParser(repeated(integer('an id', { min: 1 })))
}
