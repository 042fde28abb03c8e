/** The downloads' part of the contract. */
import type { downloadsContract } from '#shared/contract/downloads.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { DownloadsService } from './downloads-service.ts'

export function createDownloadsHandlers(downloads: DownloadsService): Handlers<typeof downloadsContract> {
  return {
    list: () => downloads.list(),
    plan: async (input) => {
      const { variants, files, ...plan } = await downloads.plan(input)
      return { ...plan, variants: [...variants], files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })) }
    },
    start: (input) => downloads.start(input),
    pause: ({ id }) => downloads.pause(id),
    resume: ({ id }) => downloads.resume(id),
    cancel: ({ id }) => downloads.cancel(id),
    retry: ({ id }) => downloads.retry(id),
    remove: ({ id }) => downloads.remove(id),
  }
}
