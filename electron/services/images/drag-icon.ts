import sharp from 'sharp'

/** What hangs on the pointer while images are dragged out: PNG, which all systems take. Longer side in px. */
const ICON_PX = 128

/** @param path of an image or its thumbnail */
export async function dragIcon(path: string): Promise<Buffer> {
  return sharp(path)
    .autoOrient()
    .resize({ width: ICON_PX, height: ICON_PX, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
}
