/** Packages that hold native or WebAssembly code, and so stay packages: all else is bundled into the desktop app. */
export const NATIVE_PACKAGES = ['better-sqlite3', 'onnxruntime-node', 'onnxruntime-web', 'sharp']
