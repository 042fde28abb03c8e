/** Runs in the window before its page, sandboxed: gives the page a few functions, and nothing of Electron itself. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { BRIDGE_NAME, CHANNELS, type CallAnswer, type DesktopBridge } from '#shared/contract/desktop-bridge.ts'

let receive: ((message: unknown) => void) | undefined
ipcRenderer.on(CHANNELS.message, (_event, message: unknown) => receive?.(message))

const bridge: DesktopBridge = {
  platform: process.platform,
  call: (procedure, input) => ipcRenderer.invoke(CHANNELS.call, procedure, input) as Promise<CallAnswer>,
  onMessage: (listener, since) => {
    receive = listener
    void ipcRenderer.invoke(CHANNELS.listen, since)
    return () => {
      if (receive === listener) receive = undefined
    }
  },
  openDropped: (files) => {
    void ipcRenderer.invoke(
      CHANNELS.open,
      files.map((file) => webUtils.getPathForFile(file)),
    )
  },
}

contextBridge.exposeInMainWorld(BRIDGE_NAME, Object.freeze(bridge))
