/**
 * Bundles the command line and the engine process for Node into dist/. Packages stay outside and are resolved
 * from node_modules: two of them are native, and all are listed as dependencies.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const CHUNKS = 'chunks'

/** Chunks of earlier builds, whose names tell their contents. Not the whole folder: the panels are built into it too. */
const removeOldChunks: Plugin = {
  name: 'remove-old-chunks',
  generateBundle: ({ dir }) =>
    dir === undefined ? undefined : rm(join(dir, CHUNKS), { recursive: true, force: true }),
}

export default defineConfig({
  root,
  plugins: [removeOldChunks],
  build: {
    // "ssr" is Vite's word for a bundle that Node runs
    ssr: true,
    target: 'node22',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: {
        reprise: join(root, 'electron/cli/main.ts'),
        'engine-child': join(root, 'electron/engine/child/main.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: `${CHUNKS}/[name]-[hash].js` },
    },
  },
})
