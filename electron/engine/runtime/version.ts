/** The version of ONNX Runtime in use: part of what an image depends on. */
import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }
export const RUNTIME_VERSION = manifest.version
