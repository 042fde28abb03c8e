/** Which files of the checkout go into a packaged app: few, and named, so that nothing gets in by being there. */
import { relative, sep } from 'node:path'
import { shippedPackages } from './shipped-packages.ts'

/** Of the checkout. Folders above them are let through, so that the packager finds them. */
const OWN = ['package.json', '.vite/build', 'dist', 'build/clip', 'build/starter/model']

/** Inside packages: sources, types, and what is there for people. Licences are collected (collect-licences.ts). */
const DROPPED_FILES = /\.([cm]?ts|map|md|markdown|gypi?|c|cc|cpp|h|hpp|o|tsbuildinfo)$/i
const DROPPED_FOLDERS = /^(tests?|__tests__|docs?|examples?|benchmarks?|coverage|\.github)(\/|$)/

/**
 * @returns for the packager: whether a path, "/" and then relative to the checkout, is left out
 */
export function packageFilter(root: string, platform: string, arch: string): (path: string) => boolean {
  const shipped = shippedPackages(root)
    .map(({ dir }) => relative(root, dir).split(sep).join('/'))
    // the innermost first
    .sort((a, b) => b.length - a.length)
  const unused = unusedNative(platform, arch)

  return (path) => {
    const file = path.replace(/^\//, '')
    if (file === '' || OWN.some((own) => isWithin(file, own) || isWithin(own, file))) return false
    if (!isWithin(file, 'node_modules')) return true
    const owner = shipped.find((dir) => isWithin(file, dir))
    const rest = owner === undefined ? 'node_modules' : file.slice(owner.length + 1)
    // between packages there are only folders that lead to packages
    if (isWithin(rest, 'node_modules')) return !shipped.some((dir) => isWithin(dir, file))
    if (DROPPED_FILES.test(rest) || unused.some((pattern) => pattern.test(file))) return true
    return DROPPED_FOLDERS.test(rest)
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** Native code of other platforms, which some packages bring for all at once, and its sources. */
function unusedNative(platform: string, arch: string): RegExp[] {
  return [
    /^node_modules\/better-sqlite3\/(deps|src)(\/|$)/,
    /^node_modules\/onnxruntime-node\/script(\/|$)/,
    // of its many builds the one that Node runs without a graphics card
    /^node_modules\/onnxruntime-web\/lib(\/|$)/,
    /^node_modules\/onnxruntime-web\/dist\/(?!(ort\.node\.min\.mjs|ort-wasm-simd-threaded\.(mjs|wasm))$)[^/]+/,
    new RegExp(`^node_modules/better-sqlite3/prebuilds/(?!${platform}-${arch}\\.node$)[^/]+`),
    new RegExp(`^node_modules/onnxruntime-node/bin/[^/]+/(?!${platform}(/|$))[^/]+`),
    new RegExp(`^node_modules/onnxruntime-node/bin/[^/]+/${platform}/(?!${arch}(/|$))[^/]+`),
  ]
}
