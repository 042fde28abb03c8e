/** What is kept in this browser over reloads. Storage may be full or forbidden: then it lasts as long as the page. */

const PREFIX = 'reprise.'

export function readKept(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null')
  } catch {
    return null
  }
}

/** @returns whether it was kept; if not, nothing is lost before the page is closed */
export function keep(name: string, value: unknown): boolean {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
