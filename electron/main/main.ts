/** Entry of the desktop app: what must be said before Electron is ready, and who gets to be the one instance. */
import { app, crashReporter, protocol } from 'electron'
import { useOwnSettingsFolder } from './app-paths.ts'
import { APP_PRIVILEGES } from './app-protocol.ts'
import { startDesktop, type DesktopApp } from './desktop-app.ts'
import { guardAllContents } from './guard-contents.ts'
import { filesOf } from './opened-files.ts'

useOwnSettingsFolder()
const ownFiles = filesOf(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())

// the files go to the first instance as they were meant here, not as Chromium hands on its command line
if (app.requestSingleInstanceLock({ files: ownFiles })) run()
else app.quit()

function run(): void {
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([APP_PRIVILEGES])
  crashReporter.start({ uploadToServer: false })
  guardAllContents()

  const started = app.whenReady().then(startDesktop)
  const whenStarted = (use: (desktop: DesktopApp) => void): void => {
    void started.then((desktop) => {
      if (desktop !== undefined) use(desktop)
    })
  }
  const open = (files: readonly string[]): void => {
    whenStarted((desktop) => {
      desktop.showWindow()
      void desktop.openFiles(files)
    })
  }
  app.on('second-instance', (_event, _argv, _workingDir, data) => {
    const { files } = data as { files?: unknown }
    open(Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [])
  })
  // macOS: dropped on the icon, or "Open with"; it may come before the app is ready
  app.on('open-file', (event, path) => {
    event.preventDefault()
    open([path])
  })
  app.on('activate', () => {
    open([])
  })
  app.on('window-all-closed', () => {
    // on macOS an app without windows goes on, and with it the queue
    if (process.platform !== 'darwin') app.quit()
  })

  void started.then(
    (desktop) => {
      if (desktop === undefined) app.quit()
      else if (ownFiles.length > 0) void desktop.openFiles(ownFiles)
    },
    (error: unknown) => {
      console.error(error)
      app.exit(1)
    },
  )
}
