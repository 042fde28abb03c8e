/** Bundles the desktop app's preload script: one CommonJS file, which is all that a sandboxed window takes. */
import { join } from 'node:path'
import { defineConfig } from 'vite'

const root = join(import.meta.dirname, '..')

export default defineConfig({
  root,
  build: {
    target: 'chrome140',
    outDir: '.vite/build',
    emptyOutDir: false,
    copyPublicDir: false,
    minify: false,
    rolldownOptions: {
      external: ['electron'],
      input: join(root, 'electron/preload/preload.ts'),
      output: { format: 'cjs', codeSplitting: false, entryFileNames: 'preload.cjs' },
    },
  },
})
