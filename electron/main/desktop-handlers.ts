/** The contract's `desktop`: dialogs, drags, the file manager, tokens. */
import { join } from 'node:path'
import { app, dialog, nativeImage, shell, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron'
import type { desktopContract } from '#shared/contract/desktop.ts'
import type { ExportFormat, ExportOptions } from '#shared/contract/history.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import { AppError } from '#shared/errors.ts'
import { exportImage } from '../services/export/export-image.ts'
import { exportToFile } from '../services/export/export-to-file.ts'
import { exportToFolder } from '../services/export/export-to-folder.ts'
import { dragIcon } from '../services/images/drag-icon.ts'
import type { Studio } from '../services/studio/open-studio.ts'
import { takeFiles } from './opened-files.ts'
import type { TokenStore } from './token-store.ts'

interface Deps {
  readonly studio: Pick<Studio, 'store' | 'inputs' | 'client' | 'files'>
  readonly tokens: TokenStore
  readonly window: () => BrowserWindow | undefined
}

/** A drag of more would make the system wait. */
const MAX_DRAGGED = 500

const PICTURES: FileFilter = {
  name: 'Pictures',
  extensions: ['png', 'jpg', 'jpeg', 'webp', 'avif', 'gif', 'tif', 'tiff'],
}
const SAVED_AS: Record<ExportFormat, FileFilter> = {
  png: { name: 'PNG', extensions: ['png'] },
  jpeg: { name: 'JPEG', extensions: ['jpg', 'jpeg'] },
  webp: { name: 'WebP', extensions: ['webp'] },
}

export function createDesktopHandlers({ studio, tokens, window }: Deps): Handlers<typeof desktopContract> {
  const owner = (): BrowserWindow => {
    const own = window()
    if (own === undefined) throw new AppError('state-conflict', 'the window is closed')
    return own
  }
  const choose = async (options: OpenDialogOptions): Promise<string[]> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(owner(), options)
    return canceled ? [] : filePaths
  }

  const saveOne = async (id: number, options: ExportOptions) => {
    const { bytes, fileName } = await exportImage(studio.store, id, options)
    const { canceled, filePath } = await dialog.showSaveDialog(owner(), {
      defaultPath: join(app.getPath('pictures'), fileName),
      filters: [SAVED_AS[options.format]],
    })
    if (canceled) return null
    await exportToFile(filePath, bytes)
    return { savedCount: 1, problems: [] }
  }

  const saveSeveral = async (ids: readonly number[], options: ExportOptions) => {
    const dir = (await choose({ title: 'Save images into', properties: ['openDirectory', 'createDirectory'] })).at(0)
    if (dir === undefined) return null
    const { paths, failed } = await exportToFolder(studio.store, ids, options, dir)
    const problems = failed.map(({ id, error }) => ({ name: String(id), error: error.toPrivateWire() }))
    return { savedCount: paths.length, problems }
  }

  return {
    chooseFolder: async ({ title }) => {
      const path = (await choose({ title, properties: ['openDirectory', 'createDirectory'] })).at(0)
      return path === undefined ? null : { path }
    },
    chooseInputs: async () => {
      const paths = await choose({
        title: 'Add pictures',
        properties: ['openFile', 'multiSelections'],
        filters: [PICTURES],
      })
      return await takeFiles(paths, studio)
    },
    saveImages: ({ ids, options }) => (ids.length === 1 ? saveOne(ids[0], options) : saveSeveral(ids, options)),
    showImage: async ({ id }) => {
      shell.showItemInFolder((await studio.files.image(id)).path)
    },
    startDrag: async ({ ids }) => {
      if (ids.length > MAX_DRAGGED) {
        throw new AppError(
          'invalid-argument',
          `${ids.length} images are too many to drag at once: at most ${MAX_DRAGGED}`,
        )
      }
      const files = await Promise.all(ids.map(async (id) => (await studio.files.image(id)).path))
      const thumbnail = await studio.files.thumbnail(ids[0], 256)
      const icon = nativeImage.createFromBuffer(await dragIcon(thumbnail.path))
      owner().webContents.startDrag({ file: files[0], files, icon })
    },
    setToken: async ({ host, token }) => ({ isKept: await tokens.set(host, token) }),
    removeToken: ({ host }) => {
      tokens.remove(host)
    },
    tokenHosts: () => tokens.hosts(),
  }
}
