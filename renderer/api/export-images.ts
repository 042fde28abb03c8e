/** Exports as downloads: one image as its file, several as a ZIP. */
import type { ExportOptions } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { answerError } from './answer-error.ts'
import { saveFile } from './save-file.ts'

/** @throws {AppError} what the studio answered, or `connection-lost` */
export async function exportImages(ids: readonly number[], options: Partial<ExportOptions> = {}): Promise<void> {
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]))
  const request =
    ids.length === 1
      ? fetch(`./images/${ids[0]}/export?${query}`)
      : fetch('./export', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ids, options }),
        })
  const lost = (cause: unknown): never => {
    throw new AppError('connection-lost', 'the export did not arrive: is the studio still running?', { cause })
  }
  const answer = await request.catch(lost)
  if (!answer.ok) throw await answerError(answer, 'the export')
  saveFile(await answer.blob().catch(lost), fileName(answer.headers.get('content-disposition')))
}

function fileName(disposition: string | null): string {
  const exact = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? '')?.[1]
  return exact === undefined ? 'reprise-image' : decodeURIComponent(exact)
}
