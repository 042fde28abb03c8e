/** What Reprise runs on: versions, processor and memory. */
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import sharp from 'sharp'
import type { Finding } from '#shared/contract/studio.ts'
import { VERSION } from '#shared/version.ts'
import { sqliteVersion } from '../../db/sqlite-version.ts'
import { good, shownBytes, warning } from './finding.ts'

/** Models of the size of Stable Diffusion 1.5 take about 4 GB (docs/guide/memory.md). */
const ENOUGH_BYTES = 6e9

export function versions(): Finding {
  const { sharp: sharpVersion, vips } = sharp.versions
  return good(
    'versions',
    `Reprise ${VERSION}, Node ${process.versions.node}, SQLite ${sqliteVersion()}, sharp ${sharpVersion} with libvips ${vips}`,
  )
}

/** @param limitBytes what this process may use at most, if that is less than the machine has: a container's limit */
export function machine(limitBytes = process.constrainedMemory(), totalBytes = totalmem()): Finding {
  const isLimited = limitBytes > 0 && limitBytes < totalBytes
  const usableBytes = isLimited ? limitBytes : totalBytes
  const limit = isLimited ? `, of which this container may use ${shownBytes(limitBytes)}` : ''
  const found =
    `${process.platform} ${release()} on ${process.arch}, ${cpus().length} processors (${cpus().at(0)?.model.trim() ?? 'unknown'}, ` +
    `${availableParallelism()} usable), ${shownBytes(totalBytes)} of memory${limit}`
  if (usableBytes >= ENOUGH_BYTES) return good('machine', found)
  return warning(
    'machine',
    `${found}: enough for the starter model; a Stable Diffusion 1.5 takes about 4 GB and may not fit`,
  )
}
