/**
 * Bundles the desktop app's main process: one file and its chunks, with everything in it but Electron, Node and the
 * native packages. CommonJS, which Electron has loaded out of archives the longest. Used by forge.config.ts, and by
 * test/desktop, which runs what it makes.
 */
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { NATIVE_PACKAGES } from './native-packages.ts'

const root = join(import.meta.dirname, '..')

export default defineConfig({
  root,
  // CommonJS has it under another name
  define: { 'import.meta.dirname': '__dirname' },
  resolve: { conditions: ['node'], mainFields: ['module', 'main'] },
  build: {
    target: 'node24',
    outDir: '.vite/build',
    emptyOutDir: false,
    copyPublicDir: false,
    minify: false,
    lib: { entry: join(root, 'electron/main/main.ts'), formats: ['cjs'], fileName: () => 'main.cjs' },
    rolldownOptions: {
      external: ['electron', ...builtinModules, /^node:/, ...NATIVE_PACKAGES],
      output: { chunkFileNames: 'main-[name]-[hash].cjs' },
    },
  },
})
