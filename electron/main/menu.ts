/** The menus, as each system has them: standard roles do most of it. */
import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  readonly addPictures: () => void
  readonly addModelFolder: () => void
  readonly showDataFolder: () => void
  readonly showCrashReports: () => void
}

interface MenuOptions {
  readonly isMac: boolean
  readonly isDevelopment: boolean
  readonly actions: MenuActions
}

export function menuTemplate({ isMac, isDevelopment, actions }: MenuOptions): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const item = (label: string, click: () => void, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      click()
    },
    ...(accelerator === undefined ? {} : { accelerator }),
  })
  const developer: MenuItemConstructorOptions[] = isDevelopment ? [{ role: 'toggleDevTools' }] : []
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item('Add &Pictures…', actions.addPictures, 'CmdOrCtrl+O'),
        item('Add Folder of &Models…', actions.addModelFolder),
        separator,
        item('Show &Data Folder', actions.showDataFolder),
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...developer,
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        item('Show &Crash Reports', actions.showCrashReports),
        ...(isMac ? [] : [separator, { role: 'about' } as const]),
      ],
    },
  ]
}
