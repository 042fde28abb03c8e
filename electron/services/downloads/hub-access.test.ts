import { expect, test } from 'vitest'
import { hubAccess } from './hub-access.ts'

test('the token goes to the hub alone, a mirror included', async () => {
  const own = hubAccess({ env: { HF_TOKEN: 'hf_x' } })
  expect([await own.tokenFor('huggingface.co'), await own.tokenFor('cdn.example')]).toEqual(['hf_x', undefined])
  const mirror = hubAccess({ env: { HF_ENDPOINT: 'https://mirror.example:8443/', HF_TOKEN: 'hf_x' } })
  expect(mirror.hubUrl).toBe('https://mirror.example:8443')
  expect(await mirror.tokenFor('mirror.example:8443')).toBe('hf_x')
  expect(await mirror.tokenFor('huggingface.co')).toBeUndefined()
  expect(hubAccess({ env: { HF_ENDPOINT: 'not an address' } }).hubUrl).toBe('https://huggingface.co')
})

test('what the person entered goes to its own server, before the environment', async () => {
  const kept: Record<string, string | undefined> = { 'huggingface.co': 'mine', 'models.example': 'other' }
  const { tokenFor } = hubAccess({ env: { HF_TOKEN: 'hf_x' }, keptToken: (host) => Promise.resolve(kept[host]) })
  const tokens = await Promise.all(['huggingface.co', 'models.example', 'cdn.example'].map((host) => tokenFor(host)))
  expect(tokens).toEqual(['mine', 'other', undefined])
  kept['huggingface.co'] = undefined
  expect(await tokenFor('huggingface.co')).toBe('hf_x')
})
