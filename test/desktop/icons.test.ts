/** The icon files hold, in the layout of each system, pictures of the sizes that they say. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIcons } from '../../build/make-icons.ts'
import { removeFolders, temporaryFolder } from './launch.ts'

let dir: string
beforeAll(async () => {
  dir = temporaryFolder()
  await makeIcons(dir)
})
afterAll(removeFolders)

async function sizeOf(png: Buffer): Promise<number> {
  const { format, width, height, hasAlpha } = await sharp(png).metadata()
  expect({ format, height, hasAlpha }).toEqual({ format: 'png', height: width, hasAlpha: true })
  return width
}

test('PNGs for Linux', async () => {
  const names = readdirSync(dir).filter((name) => name.endsWith('.png'))
  expect(names.length).toBeGreaterThan(7)
  for (const name of names) expect(`${await sizeOf(readFileSync(join(dir, name)))}.png`).toBe(name)
  // drawn, and round at its corners
  const { data } = await sharp(join(dir, '64.png')).raw().toBuffer({ resolveWithObject: true })
  expect(data[3]).toBe(0)
  expect(data[(32 * 64 + 32) * 4 + 3]).toBe(255)
})

test('.ico for Windows', async () => {
  const file = readFileSync(join(dir, 'reprise.ico'))
  expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1])
  const sizes: number[] = []
  for (let index = 0; index < file.readUInt16LE(4); index++) {
    const at = 6 + 16 * index
    const offset = file.readUInt32LE(at + 12)
    const size = await sizeOf(file.subarray(offset, offset + file.readUInt32LE(at + 8)))
    expect(file.readUInt8(at)).toBe(size % 256)
    sizes.push(size)
  }
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256])
})

test('.icns for macOS', async () => {
  const file = readFileSync(join(dir, 'reprise.icns'))
  expect(file.toString('latin1', 0, 4)).toBe('icns')
  expect(file.readUInt32BE(4)).toBe(file.length)
  const found: string[] = []
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    const size = await sizeOf(file.subarray(at + 8, at + file.readUInt32BE(at + 4)))
    found.push(`${file.toString('latin1', at, at + 4)} ${size}`)
  }
  expect(found).toEqual([
    'icp4 16',
    'icp5 32',
    'ic11 32',
    'ic12 64',
    'ic07 128',
    'ic13 256',
    'ic08 256',
    'ic14 512',
    'ic09 512',
    'ic10 1024',
  ])
})
