/** Which hub models come from and how it knows the person, as Hugging Face's own tools take it from the environment. */
import type { HttpOptions } from './http-client.ts'

export const HUB_URL = 'https://huggingface.co'

interface HubAccess extends Pick<HttpOptions, 'tokenFor'> {
  readonly hubUrl: string
}

/** `HF_ENDPOINT` names a mirror, `HF_TOKEN` opens what is gated; the token goes to that host alone. */
export function hubAccess({ HF_ENDPOINT, HF_TOKEN }: NodeJS.ProcessEnv = process.env): HubAccess {
  const hubUrl = HF_ENDPOINT !== undefined && URL.canParse(HF_ENDPOINT) ? HF_ENDPOINT.replace(/\/+$/, '') : HUB_URL
  const hubHost = new URL(hubUrl).host
  return { hubUrl, tokenFor: (host) => (host === hubHost ? HF_TOKEN : undefined) }
}
