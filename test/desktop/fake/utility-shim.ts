/** Loaded before a forked Node process's own code: makes it look like an Electron utility process. */
import { EventEmitter } from 'node:events'

const send = process.send!.bind(process)
const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void send(message, undefined, undefined, () => undefined),
})
process.on('message', (data) => port.emit('message', { data, ports: [] }))
// Electron ends it when the app is gone
process.on('disconnect', () => process.exit())
Object.assign(process, { parentPort: port, send: undefined })
