/**
 * Whether Linux has killed processes because memory ran out, told by its own counters. A process that got SIGKILL
 * cannot say why; the counter that rose meanwhile can.
 *
 * The counter of the control group (a container, a service, a session) counts only what is in it, the engine included.
 * Where there is none, that of the whole machine is read. Both count kills for either limit, group or machine.
 * Source: Linux, Documentation/admin-guide/cgroup-v2.rst (memory.events) and mm/oom_kill.c (vmstat).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param root another root folder, for tests. @returns kills so far; undefined where nothing tells */
export function countOomKills(root = '/'): number | undefined {
  const group = /^0::(.*)$/m.exec(read(join(root, 'proc/self/cgroup')))?.[1] ?? '/'
  // a container often sees its own group as the topmost one, and its name only from outside
  const files = [
    join(root, 'sys/fs/cgroup', group, 'memory.events'),
    join(root, 'sys/fs/cgroup/memory.events'),
    join(root, 'proc/vmstat'),
  ]
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(read(file))?.[1]
    if (count !== undefined) return Number(count)
  }
  return undefined
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
