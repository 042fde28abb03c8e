/** Builds the panels as they are shipped, into another folder than `npm run build` does. */
import { join } from 'node:path'
import { build } from 'vite'

const CONFIG = join(import.meta.dirname, '../../build/vite.renderer.config.ts')

export async function buildPages(outDir: string): Promise<void> {
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir, emptyOutDir: true } })
}
