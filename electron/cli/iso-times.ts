type IsoKey<Key> = Key extends `${infer Start}AtMs` ? `${Start}At` : Key
type IsoValue<Key, Value> = Key extends `${string}AtMs` ? string | Exclude<Value, number> : Value
export type IsoTimes<T> = { [Key in keyof T as IsoKey<Key>]: IsoValue<Key, T[Key]> }

/** The same with `createdAt: "2026-11-21T10:15:00.000Z"` for `createdAtMs: 1795256100000`, as scripts expect it. */
export function isoTimes<T extends object>(view: T): IsoTimes<T> {
  return Object.fromEntries(
    Object.entries(view).map(([key, value]: [string, unknown]) => {
      if (!key.endsWith('AtMs')) return [key, value]
      return [key.slice(0, -2), typeof value === 'number' ? new Date(value).toISOString() : value]
    }),
  ) as IsoTimes<T>
}
