/** The packages that a packaged app has with it: those of `dependencies`, and what they depend on, as installed. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const PackageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default('unknown'),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})
export type ShippedPackage = z.output<typeof PackageSchema> & { readonly dir: string }

/** Needed only to compile or to fetch native code, which is there already; or by builds of a package that are not run. */
const NOT_SHIPPED = new Set([
  ...['node-addon-api', 'adm-zip', 'global-agent'],
  ...['flatbuffers', 'guid-typescript', 'long', 'platform', 'protobufjs'],
])

export function shippedPackages(root: string): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>()
  const visit = (dir: string): void => {
    const { name, version, dependencies, optionalDependencies, license } = readPackage(dir)
    if (dir !== root) found.set(dir, { name, version, dependencies, optionalDependencies, license, dir })
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = NOT_SHIPPED.has(needed) ? undefined : findPackage(needed, dir)
      // optional ones are for other platforms
      if (at !== undefined && !found.has(at)) visit(at)
    }
  }
  visit(root)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readPackage(dir: string): z.output<typeof PackageSchema> {
  return PackageSchema.parse(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')))
}

/** As Node looks for it: in the folders above. */
function findPackage(name: string, from: string): string | undefined {
  const dir = join(from, 'node_modules', name)
  if (existsSync(join(dir, 'package.json'))) return dir
  return dirname(from) === from ? undefined : findPackage(name, dirname(from))
}
