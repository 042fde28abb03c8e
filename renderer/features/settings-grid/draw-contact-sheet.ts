/** Draws a contact sheet on a canvas, image by image, so that a large one needs memory for the sheet alone. */
import { AppError } from '#shared/errors.ts'
import { imageUrl } from '#renderer/api/studio-api.ts'
import type { Measure, SheetLayout } from './contact-sheet-layout.ts'

const FONT = "'Inter Variable', system-ui, sans-serif"
/** Of paper: the same whatever theme the panels have. */
const COLORS = { paper: '#ffffff', text: '#1c1a18', dim: '#66625c', missing: '#eceae6' }
const AT_ONCE = 4

export type ImageIdOf = (sheet: number, row: number, column: number) => number | undefined

/** Loads the letters that are drawn; a canvas does not wait for them. */
export async function loadSheetFont(text: string): Promise<Measure> {
  await Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 16px ${FONT}`, text)))
  const context = contextOf(document.createElement('canvas'))
  return (measured, fontPx, weight) => {
    context.font = `${weight} ${fontPx}px ${FONT}`
    return context.measureText(measured).width
  }
}

/** @throws {AppError} `image-file-missing` */
export async function loadBitmap(id: number): Promise<ImageBitmap> {
  const answer = await fetch(imageUrl(id))
  if (!answer.ok) throw new AppError('image-file-missing', `the file of image ${id} is gone from the data folder`)
  return createImageBitmap(await answer.blob())
}

/** Images that are missing leave their place grey. @throws {AppError} if the browser cannot make the file */
export async function drawContactSheet(
  layout: SheetLayout,
  idOf: ImageIdOf,
  type: 'image/png' | 'image/webp',
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = layout.widthPx
  canvas.height = layout.heightPx
  const context = contextOf(canvas)
  context.fillStyle = COLORS.paper
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.textBaseline = 'middle'
  context.imageSmoothingQuality = 'high'
  for (const { text, x, y, fontPx, weight, align, isDim } of layout.texts) {
    context.font = `${weight} ${fontPx}px ${FONT}`
    context.textAlign = align
    context.fillStyle = isDim === true ? COLORS.dim : COLORS.text
    context.fillText(text, x, y)
  }
  const waiting = [...layout.cells]
  const drawNext = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const id = idOf(cell.sheet, cell.row, cell.column)
      const bitmap = id === undefined ? undefined : await loadBitmap(id).catch(() => undefined)
      drawCell(context, layout, cell, bitmap)
      bitmap?.close()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, drawNext))
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, type, type === 'image/webp' ? 0.92 : undefined)
  })
  // gives the memory back before the garbage is collected
  canvas.width = 0
  if (blob?.type === type) return blob
  throw new AppError(
    'out-of-memory',
    `the browser cannot make a picture of ${layout.widthPx} × ${layout.heightPx} pixels`,
  )
}

/** In the middle of its place, in its true size unless the whole sheet is made smaller. */
function drawCell(
  context: CanvasRenderingContext2D,
  { cellWidthPx, cellHeightPx, scale }: SheetLayout,
  { x, y }: { x: number; y: number },
  bitmap: ImageBitmap | undefined,
): void {
  if (bitmap === undefined) {
    context.fillStyle = COLORS.missing
    context.fillRect(x, y, cellWidthPx, cellHeightPx)
    return
  }
  const factor = Math.min(scale, cellWidthPx / bitmap.width, cellHeightPx / bitmap.height)
  const [width, height] = [Math.round(bitmap.width * factor), Math.round(bitmap.height * factor)]
  const left = Math.round(x + (cellWidthPx - width) / 2)
  context.drawImage(bitmap, left, Math.round(y + (cellHeightPx - height) / 2), width, height)
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new AppError('out-of-memory', 'the browser has no memory left to draw with')
  return context
}
