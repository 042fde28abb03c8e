/** Where the window was, for the next start: kept in a small file, and believed only as far as it makes sense. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
const WindowStateSchema = z.object({ bounds: Bounds, isMaximized: z.boolean(), isFullScreen: z.boolean() })
export type WindowState = z.output<typeof WindowStateSchema>

export const MIN_SIZE = { width: 800, height: 560 }
const DEFAULT_SIZE = { width: 1_280, height: 860 }
/** So much of the window's upper edge must be seen that it can be taken hold of, px. */
const GRIP = { width: 100, height: 40 }

export function readWindowState(path: string): WindowState | undefined {
  try {
    return WindowStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Never fails: where a window was is not worth an error. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(`${path}.tmp`, JSON.stringify(state))
    renameSync(`${path}.tmp`, path)
  } catch {
    // the window opens at its default place the next time
  }
}

/**
 * Bounds that can be seen and taken hold of on these displays: a display may be gone, or smaller than it was.
 *
 * @param workAreas of the displays, the primary one first, px
 * @returns without x and y, the system centres the window
 */
export function saneBounds(saved: Rectangle | undefined, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  const area = workAreas.find((candidate) => saved !== undefined && isWithinReach(saved, candidate))
  const { width, height } = saved ?? DEFAULT_SIZE
  const room = area ?? workAreas[0]
  const size = {
    width: Math.max(MIN_SIZE.width, Math.min(width, room.width)),
    height: Math.max(MIN_SIZE.height, Math.min(height, room.height)),
  }
  return saved === undefined || area === undefined ? size : { x: saved.x, y: saved.y, ...size }
}

function isWithinReach({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const seenWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  return seenWidth >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height
}
