/** Packages that hold native code, and so stay packages: everything else is bundled into the desktop app. */
export const NATIVE_PACKAGES = ['better-sqlite3', 'onnxruntime-node', 'sharp']
