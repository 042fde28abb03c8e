import { afterEach, expect, test, vi } from 'vitest'
import { defaultDataDir } from './default-data-dir.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('what REPRISE_DATA_DIR says goes before all', () => {
  expect(defaultDataDir({ REPRISE_DATA_DIR: '/mnt/pictures' })).toBe('/mnt/pictures')
})

test.runIf(process.platform === 'linux')('else it is where XDG says', () => {
  vi.stubEnv('XDG_DATA_HOME', '/home/me/data')
  expect(defaultDataDir({ REPRISE_DATA_DIR: '' })).toBe('/home/me/data/reprise')
  vi.stubEnv('XDG_DATA_HOME', '')
  expect(defaultDataDir({})).toMatch(/\/\.local\/share\/reprise$/)
})
