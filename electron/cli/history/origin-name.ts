import type { ImageRecord } from '#shared/history.ts'
import { PROGRAM_NAMES } from '#shared/names.ts'

const NAMES: Record<ImageRecord['origin'], string> = {
  ...PROGRAM_NAMES,
  reprise: 'Reprise',
  'reprise-copy': 'copies of Reprise images',
  unknown: 'unknown programs',
}

/** Whose images are, for people: "ComfyUI". */
export function originName(origin: ImageRecord['origin']): string {
  return NAMES[origin]
}
