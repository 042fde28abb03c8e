/** What is dropped on the panel becomes inputs: pictures, folders of them, images dragged out of the history. */
import { hovering, sorted } from '#renderer/features/drop/dropped.ts'
import * as m from '#renderer/paraglide/messages.js'
import { DRAGGED_IMAGES, draggedImages, droppedFiles } from '#renderer/state/dropped-files.ts'
import { filesAsSources } from '#renderer/state/take-pictures.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { formatNumber } from '#renderer/text/numbers.ts'

const LINKS = 'text/uri-list'
const OWN_IMAGE = /\/images\/(\d+)(?:[/?#]|$)/

/** Told while it hangs over the panel. Files are announced by the window itself. */
export function isDraggedImage({ types }: DataTransfer): boolean {
  return types.includes(DRAGGED_IMAGES) || (types.includes(LINKS) && !types.includes('Files'))
}

/** @returns whether it was for the panel; if not, the window takes it (prompt files) */
export function takeDrop(studio: StudioState, transfer: DataTransfer): boolean {
  const ids = draggedImages(transfer)
  if (ids.length > 0) {
    studio.actions.useAsInput(ids)
    return true
  }
  if (transfer.types.includes('Files')) return takeFiles(studio, transfer)
  if (!transfer.types.includes(LINKS)) return false
  takeLinks(studio, transfer.getData(LINKS))
  return true
}

function takeFiles(studio: StudioState, transfer: DataTransfer): boolean {
  const { pictures, prompts } = hovering(transfer.items)
  const hasFolder = [...transfer.items].some((item) => item.kind === 'file' && item.webkitGetAsEntry()?.isDirectory)
  if (prompts > 0 || (pictures === 0 && !hasFolder)) return false
  studio.toasts.attempt(async () => {
    const { files, isCut } = await droppedFiles(transfer)
    takePicturesOf(studio, files)
    if (isCut) studio.toasts.info(m.i2i_folder_cut({ count: formatNumber(files.length) }))
  })
  return true
}

/** Of a folder, or chosen one by one: what is no picture is left out. */
export function takePicturesOf(studio: StudioState, files: readonly File[]): void {
  const { pictures } = sorted(files)
  if (pictures.length === 0) studio.toasts.info(m.i2i_folder_none())
  else void studio.imageToImage.take(filesAsSources(pictures, m.i2i_pasted()))
}

/** A picture of this studio can be had by its address; of other pages' a browser gives nothing but the link. */
function takeLinks(studio: StudioState, list: string): void {
  const links = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  const ids = links.flatMap((link) => {
    const id = link.startsWith(new URL('.', document.baseURI).href) ? OWN_IMAGE.exec(link)?.[1] : undefined
    return id === undefined ? [] : [Number(id)]
  })
  if (ids.length > 0) studio.actions.useAsInput(ids)
  else studio.toasts.info(m.i2i_link_refused())
}
