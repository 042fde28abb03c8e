/** Which program wrote an infotext, and what it means differently. */
import type { SettingsSource } from '#shared/names.ts'

export interface Dialect {
  readonly source: SettingsSource
  /** Absent: as the program gives it itself. */
  readonly program: string | undefined
  /** Why a seed gives other noise here; none: it gives the same. */
  readonly seedNote: string | undefined
}

const ON_GPU = 'its noise was drawn by a graphics card: the same seed gives another image here'
const UNSURE = 'how its noise was drawn is not said: the same seed may give another image here'

export function dialectOf(pairs: ReadonlyMap<string, string>): Dialect {
  const version = pairs.get('Version')
  const rng = pairs.get('RNG')?.toUpperCase()
  const app = pairs.get('App')
  // torch's generator on the processor, the one that is here
  const onGpu = rng === 'CPU' ? undefined : ON_GPU
  if (version?.startsWith('Reprise') === true) return { source: 'reprise', program: version, seedNote: undefined }
  if (version?.startsWith('stable-diffusion.cpp') === true) {
    return { source: 'stable-diffusion.cpp', program: version, seedNote: onGpu }
  }
  if (version?.startsWith('Fooocus') === true) return { source: 'fooocus', program: version, seedNote: UNSURE }
  if (app?.startsWith('SD.Next') === true || pairs.has('CLiP-skip')) {
    return { source: 'sdnext', program: app ?? version, seedNote: rng === 'CPU' ? undefined : UNSURE }
  }
  // ComfyUI draws for it, on the processor; it writes no version
  if (version === undefined && pairs.get('Model hash') === 'unknown') {
    return { source: 'krita', program: undefined, seedNote: undefined }
  }
  const isForge = version !== undefined && /^f\d|forge|^neo|^classic/i.test(version)
  return { source: isForge ? 'forge' : 'a1111', program: version, seedNote: onGpu }
}
