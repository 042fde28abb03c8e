/** Builds the panels into dist/renderer: what `reprise serve` and the desktop window show. */
import { join } from 'node:path'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const root = join(import.meta.dirname, '../renderer')

export default defineConfig({
  root,
  // found under any address, and by the desktop app's own protocol
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: join(root, 'project.inlang'),
      outdir: join(root, 'paraglide'),
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    svelte({ configFile: false }),
  ],
  build: {
    target: 'es2024',
    // light-dark() and nesting stay as they are written
    cssTarget: ['chrome125', 'firefox125', 'safari18'],
    outDir: join(root, '../dist/renderer'),
    emptyOutDir: true,
    // the page allows no inline data: fonts and icons are files
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
