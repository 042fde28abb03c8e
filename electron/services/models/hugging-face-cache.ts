/**
 * The cache that diffusers and others share (huggingface_hub, "Understand caching"):
 * `models--owner--name/refs/main` has a commit, `snapshots/<commit>/` its files as links into `blobs/`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const REPOSITORY = /^models--(?<name>.+)$/

export function isCachedRepository(dir: string): boolean {
  return REPOSITORY.test(basename(dir))
}

/** Those that a branch or tag points to; without any, all there are. @throws if there is no such folder */
export async function snapshotsOf(dir: string): Promise<string[]> {
  const there = new Set(await readdir(join(dir, 'snapshots')))
  const refs = await readdir(join(dir, 'refs'), { recursive: true, withFileTypes: true }).catch(() => [])
  const named = new Set<string>()
  for (const ref of refs) {
    if (!ref.isFile()) continue
    const commit = (await readFile(join(ref.parentPath, ref.name), 'utf8').catch(() => '')).trim()
    if (there.has(commit)) named.add(commit)
  }
  return [...(named.size > 0 ? named : there)].sort().map((commit) => join(dir, 'snapshots', commit))
}

/** `owner/name` of a snapshot's folder, whose own name is a commit; undefined for any other folder. */
export function cachedName(snapshotDir: string): string | undefined {
  const snapshots = dirname(snapshotDir)
  if (basename(snapshots) !== 'snapshots') return undefined
  return REPOSITORY.exec(basename(dirname(snapshots)))?.groups?.name.replace('--', '/')
}
