/** Which hub models come from and how it knows the person, as Hugging Face's own tools take it from the environment. */
export const HUB_URL = 'https://huggingface.co'

/** By a server's name, such as "huggingface.co". */
export type KeptToken = (host: string) => Promise<string | undefined>

export interface HubAccess {
  readonly hubUrl: string
  readonly tokenFor: KeptToken
}

interface HubAccessOptions {
  readonly env?: NodeJS.ProcessEnv
  /** What the person entered into the app; it comes before the environment. */
  readonly keptToken?: KeptToken | undefined
}

/** `HF_ENDPOINT` names a mirror, `HF_TOKEN` opens what is gated; the token goes to that host alone. */
export function hubAccess({ env = process.env, keptToken }: HubAccessOptions = {}): HubAccess {
  const { HF_ENDPOINT, HF_TOKEN } = env
  const hubUrl = HF_ENDPOINT !== undefined && URL.canParse(HF_ENDPOINT) ? HF_ENDPOINT.replace(/\/+$/, '') : HUB_URL
  const hubHost = new URL(hubUrl).host
  return {
    hubUrl,
    tokenFor: async (host) => (await keptToken?.(host)) ?? (host === hubHost ? HF_TOKEN : undefined),
  }
}
