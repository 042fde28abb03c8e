/**
 * Bundles the command line and the engine process for Node into dist/. Packages stay outside and are resolved
 * from node_modules: two of them are native, and all are listed as dependencies.
 */
import { join } from 'node:path'
import { defineConfig } from 'vite'

const root = join(import.meta.dirname, '..')

export default defineConfig({
  root,
  build: {
    // "ssr" is Vite's word for a bundle that Node runs
    ssr: true,
    target: 'node22',
    outDir: 'dist',
    minify: false,
    rolldownOptions: {
      input: {
        reprise: join(root, 'electron/cli/main.ts'),
        'engine-child': join(root, 'electron/engine/child/main.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})
