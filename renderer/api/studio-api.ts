/** Files of the studio by their addresses, and uploads: in a browser the one request that is no call. */
import { InputViewSchema, type InputView } from '#shared/contract/inputs.ts'
import { AppError } from '#shared/errors.ts'
import { answerError } from './answer-error.ts'
import { desktop } from './desktop.svelte.ts'

export function imageUrl(id: number): string {
  return `./images/${id}`
}

export function thumbnailUrl(id: number, sizePx: 256 | 512 = 256): string {
  return `./images/${id}/thumbnail?size=${sizePx}`
}

export function inputUrl(hash: string): string {
  return `./inputs/${hash}`
}

/** The picture of what differs, of a verdict that has one. */
export function differenceUrl(verdictId: number): string {
  return `./verdicts/${verdictId}/difference`
}

/** @throws {AppError} what the studio answered, or `connection-lost` */
export async function uploadInput(file: Blob): Promise<InputView> {
  if (desktop !== undefined) return desktop.client.inputs.add({ bytes: new Uint8Array(await file.arrayBuffer()) })
  const type = file.type.startsWith('image/') ? file.type : 'application/octet-stream'
  const answer = await fetch('./inputs', { method: 'POST', body: file, headers: { 'content-type': type } }).catch(
    (error: unknown) => {
      throw new AppError('connection-lost', 'the picture did not arrive: is the studio still running?', {
        cause: error,
      })
    },
  )
  if (!answer.ok) throw await answerError(answer, 'the upload')
  return InputViewSchema.parse(await answer.json())
}
