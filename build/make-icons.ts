/** The app's icon in every form that a system wants, out of build/icons/reprise.svg. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const SOURCE = join(import.meta.dirname, 'icons/reprise.svg')
/** As the freedesktop icon theme has them; 1024 for macOS. */
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** Type of each picture in an .icns file; "ic11" to "ic14" are for displays with two pixels in one. */
const ICNS_TYPES: readonly [string, number][] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]

/** Writes `<size>.png`, `reprise.ico` and `reprise.icns`. */
export async function makeIcons(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  const pngs = new Map<number, Buffer>()
  for (const size of ICON_SIZES) {
    // drawn at its size, not scaled down from a larger picture; the drawing is 1024 units wide, at 72 units an inch
    const png = await sharp(SOURCE, { density: (72 * size) / 1024 })
      .resize(size, size)
      .png()
      .toBuffer()
    pngs.set(size, png)
    await writeFile(join(dir, `${size}.png`), png)
  }
  await writeFile(join(dir, 'reprise.ico'), ico(ICO_SIZES.map((size) => [size, pngs.get(size)!])))
  await writeFile(join(dir, 'reprise.icns'), icns(ICNS_TYPES.map(([type, size]) => [type, pngs.get(size)!])))
}

/** Windows: a directory of 16 bytes a picture, then the pictures, which may be PNG (since Windows Vista). */
function ico(pictures: readonly (readonly [sizePx: number, png: Buffer])[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2) // an icon
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  pictures.forEach(([sizePx, png], index) => {
    const at = 6 + 16 * index
    header.writeUInt8(sizePx % 256, at) // 0 means 256
    header.writeUInt8(sizePx % 256, at + 1)
    header.writeUInt16LE(1, at + 4) // planes
    header.writeUInt16LE(32, at + 6) // bits per pixel
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([header, ...pictures.map(([, png]) => png)])
}

/** macOS: "icns", the file's length, then for each picture its type, its length with these 8 bytes, and the PNG. */
function icns(pictures: readonly (readonly [type: string, png: Buffer])[]): Buffer {
  const parts = pictures.map(([type, png]) => Buffer.concat([chunkHeader(type, png.length), png]))
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([chunkHeader('icns', sizeBytes), ...parts])
}

function chunkHeader(type: string, contentBytes: number): Buffer {
  const header = Buffer.alloc(8)
  header.write(type, 'latin1')
  header.writeUInt32BE(contentBytes + 8, 4)
  return header
}
