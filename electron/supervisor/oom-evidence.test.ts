import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countOomKills } from './oom-evidence.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-oom-'))
})
afterEach(() => rm(root, { recursive: true }))

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
const EVENTS = 'low 0\nhigh 12\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n'

test('the group’s own count comes first', async () => {
  await write('proc/self/cgroup', '0::/user.slice/reprise.service\n')
  await write('sys/fs/cgroup/user.slice/reprise.service/memory.events', EVENTS)
  await write('proc/vmstat', 'nr_free_pages 5\noom_kill 9\nnuma_hit 1\n')
  expect(countOomKills(root)).toBe(2)
})

test('a container sees its group at the top', async () => {
  await write('proc/self/cgroup', '0::/docker/0123456789ab\n')
  await write('sys/fs/cgroup/memory.events', EVENTS)
  expect(countOomKills(root)).toBe(2)
})

test('else the machine’s', async () => {
  await write('proc/self/cgroup', '4:memory:/old\n0::/\n')
  await write('proc/vmstat', 'nr_free_pages 5\noom_kill 9\nnuma_hit 1\n')
  expect(countOomKills(root)).toBe(9)
})

test('where nothing tells, nothing is known', () => {
  expect(countOomKills(root)).toBeUndefined()
})
