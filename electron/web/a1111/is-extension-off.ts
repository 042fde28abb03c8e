/**
 * Whether the arguments of an extension (`alwayson_scripts`) switch it off. Many clients send the arguments of all that
 * they know, with models and numbers in them, and say by a flag alone that none of it is meant: ADetailer and most others
 * by their first argument, ControlNet by `enabled` of each unit, some by a flag beside the arguments.
 */

/** A flag of the whole unit, which counts before those of its parts ("ad_tab_enable", "mask_enabled"). */
const OWN_FLAGS = ['enabled', 'enable', 'is_enabled', 'isenabled', 'active', 'is_active']
const OTHER_FLAG = /_(is_)?(enabled?|active)$/

export function isExtensionOff(script: unknown): boolean {
  if (isSwitchedOff(script)) return true
  const { args } = (script ?? {}) as { args?: unknown }
  if (args === undefined || args === null) return true
  if (!Array.isArray(args)) return isOff(args)
  const given = args as unknown[]
  if (given.length === 0 || (typeof given[0] !== 'number' && isFalse(given[0])) || given.every(isOff)) return true
  const units = given.filter((arg) => typeof arg === 'object' && arg !== null)
  return units.length > 0 && units.every(isSwitchedOff)
}

/** An argument that asks for nothing. */
function isOff(arg: unknown): boolean {
  if (arg === null || typeof arg !== 'object') return !arg || isFalse(arg) || isNone(arg)
  if (isSwitchedOff(arg)) return true
  const parts = Object.values(arg) as unknown[]
  // units by number or name
  return parts.every((part) => (typeof part === 'object' && part !== null ? isOff(part) : isFalse(part)))
}

/** @returns true for a record that says so of itself */
function isSwitchedOff(unit: unknown): boolean {
  if (typeof unit !== 'object' || unit === null || Array.isArray(unit)) return false
  const entries = Object.entries(unit).map(([key, value]) => [key.toLowerCase(), value as unknown] as const)
  if (entries.some(([key, value]) => key === 'ad_model' && isNone(value))) return true
  const own = entries.filter(([key]) => OWN_FLAGS.includes(key))
  const flags = own.length > 0 ? own : entries.filter(([key]) => OTHER_FLAG.test(key))
  return flags.length > 0 && flags.every(([, value]) => isFalse(value))
}

function isFalse(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === 'string' && /^(false|off|0)$/i.test(value.trim()))
}

function isNone(value: unknown): boolean {
  return typeof value === 'string' && /^none$/i.test(value.trim())
}
