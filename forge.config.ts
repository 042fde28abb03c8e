/**
 * Packages the desktop app (`npm run package`): Electron, the bundles, and beside the archive whatever other processes
 * run or map into memory: the command line, the engine, native packages, the starter model. Installers are made of the
 * result (build/installers). Why each fuse is as it is: docs/guide/desktop.md.
 */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FusesPlugin } from '@electron-forge/plugin-fuses'
import { VitePlugin } from '@electron-forge/plugin-vite'
import type { ForgeConfig } from '@electron-forge/shared-types'
import { FuseV1Options, FuseVersion } from '@electron/fuses'
import { packageFilter } from './build/package-filter.ts'
import { STAGED, stageDesktop } from './build/stage-desktop.ts'

const config: ForgeConfig = {
  // native packages are Node-API: the same for Node and for Electron
  rebuildConfig: { onlyModules: [] },
  packagerConfig: {
    name: 'Reprise',
    // `reprise` is the command line
    executableName: process.platform === 'win32' || process.platform === 'darwin' ? 'Reprise' : 'reprise-desktop',
    appBundleId: 'io.github.reprise.desktop',
    appCategoryType: 'public.app-category.graphics-design',
    icon: join(STAGED.icons, 'reprise'),
    // the filter does it: packages are known by what `dependencies` need
    prune: false,
    ignore: packageFilter(import.meta.dirname, process.platform, process.arch),
    asar: { unpackDir: '{dist,build,node_modules}' },
    extraResource: [STAGED.bin, STAGED.licences],
    ...(process.env.ELECTRON_ZIP_DIR === undefined ? {} : { electronZipDir: process.env.ELECTRON_ZIP_DIR }),
  },
  hooks: {
    generateAssets: async () => {
      await stageDesktop()
    },
    packageAfterCopy: async (_config, buildPath) => {
      // outside of the archive there is no other package.json to say so
      await writeFile(join(buildPath, 'dist/package.json'), '{"type":"module"}\n')
    },
    postPackage: async (_config, { outputPaths }) => {
      // it is made as a temporary folder, for nobody else to read
      for (const path of outputPaths) await chmod(path, 0o755)
    },
  },
  plugins: [
    new VitePlugin({
      build: [
        { entry: 'electron/main/main.ts', config: 'build/vite.main.config.ts', target: 'main' },
        { entry: 'electron/preload/preload.ts', config: 'build/vite.preload.config.ts', target: 'preload' },
      ],
      renderer: [],
    }),
    new FusesPlugin({
      version: FuseVersion.V1,
      strictlyRequireAllFuses: true,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: false,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
      [FuseV1Options.WasmTrapHandlers]: true,
    }),
  ],
}

export default config
