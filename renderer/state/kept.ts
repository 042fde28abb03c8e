/** What is kept in this browser over reloads. Storage may be full or forbidden: then it lasts as long as the page. */

const PREFIX = 'reprise.'

export function readKept(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null')
  } catch {
    return null
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // nothing is lost before the page is closed
  }
}
