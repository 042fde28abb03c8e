/** The contract's metadata area. */
import type { metadataContract } from '#shared/contract/metadata.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import { importImage, type ImportDeps } from './import-image.ts'
import { readImage, readText, type MetadataDeps } from './metadata-service.ts'

export function createMetadataHandlers(deps: MetadataDeps & ImportDeps): Handlers<typeof metadataContract> {
  return {
    read: ({ bytes }) => readImage(deps, bytes),
    readText: ({ text }) => readText(deps, text),
    importImage: async ({ bytes, modifiedAtMs }) => {
      const { outcome, imageId } = await importImage(deps, bytes, modifiedAtMs)
      return { outcome, imageId, settings: await readImage(deps, bytes) }
    },
  }
}
