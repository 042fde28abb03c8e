/** The studio's calls over HTTP, as a program makes them. */
import { createClient } from '#shared/contract/client.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { StreamListener } from '#shared/contract/stream-client.ts'
import { AppError, WireErrorSchema } from '#shared/errors.ts'

export interface Connection {
  readonly client: ContractClient
  /** Absent where the transport carries no events. */
  readonly listen?: (listener: StreamListener) => void
  close(): Promise<void>
}

export interface Address {
  readonly url: string
  readonly token: string
}

export function connectHttp({ url, token }: Address): Connection {
  const post = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    })
  const client = createClient(async (procedure, input) => {
    const response =
      procedure === 'inputs.add'
        ? await post('inputs', 'application/octet-stream', (input as { bytes: Uint8Array<ArrayBuffer> }).bytes)
        : await post(`api/${procedure}`, 'application/json', JSON.stringify(input))
    if (!response.ok) throw AppError.fromWire(WireErrorSchema.parse(await response.json()))
    return outputOf(response)
  })
  return { client, close: () => Promise.resolve() }
}

async function outputOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const disposition = response.headers.get('content-disposition')
  if (disposition === null) return response.json()
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    fileName: decodeURIComponent(disposition.split("filename*=UTF-8''")[1]),
    mimeType: response.headers.get('content-type'),
  }
}
