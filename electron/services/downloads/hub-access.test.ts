import { expect, test } from 'vitest'
import { hubAccess } from './hub-access.ts'

test('the token goes to the hub alone, a mirror included', () => {
  const own = hubAccess({ HF_TOKEN: 'hf_x' })
  expect([own.tokenFor?.('huggingface.co'), own.tokenFor?.('cdn.example')]).toEqual(['hf_x', undefined])
  const mirror = hubAccess({ HF_ENDPOINT: 'https://mirror.example:8443/', HF_TOKEN: 'hf_x' })
  expect(mirror.hubUrl).toBe('https://mirror.example:8443')
  expect([mirror.tokenFor?.('mirror.example:8443'), mirror.tokenFor?.('huggingface.co')]).toEqual(['hf_x', undefined])
  expect(hubAccess({ HF_ENDPOINT: 'not an address' }).hubUrl).toBe('https://huggingface.co')
})
