/** The licences of everything that is shipped with the app, in one text. Electron and Chromium bring their own files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { shippedPackages, type ShippedPackage } from './shipped-packages.ts'

/** Texts of what carries none of its own. */
const OWN_TEXTS = join(import.meta.dirname, 'licences')
const RULE = `\n${'-'.repeat(80)}\n`

/**
 * @param nodeVersion of the Node that comes with the command line
 * @throws {AppError} `not-found` if a package has no licence text: it must be looked up before it can be shipped
 */
export function collectLicences(root: string, nodeVersion: string): string {
  const parts = shippedPackages(root).map((shipped) => {
    const { name, version, license } = shipped
    return `${name} ${version} (${license})\n\n${textOf(shipped)}`
  })
  const head = `Reprise is under the MIT licence. It comes with the following.
Electron and Chromium: see LICENSE and LICENSES.chromium.html beside the program.`
  // of libvips and some of what is in it, which are libraries of their own, to be replaced at will
  const lgpl = ['lgpl-3', 'gpl-3'].map((name) => ownText(name)!)
  const clip = readFileSync(join(import.meta.dirname, 'clip/LICENSE'), 'utf8').trim()
  return [
    head,
    `Node.js ${nodeVersion}\n\n${ownText('node')!}`,
    ...parts,
    `CLIP's vocabulary, from open_clip_torch 3.3.0 (MIT)\n\n${clip}`,
    ...lgpl,
  ].join(RULE)
}

function textOf({ name, dir }: ShippedPackage): string {
  const entries = readdirSync(dir)
  const file = entries.find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file === undefined ? ownText(name) : readFileSync(join(dir, file), 'utf8')
  if (text !== undefined) return text.trim()
  const readmeName = entries.find((entry) => /^readme\.md$/i.test(entry))
  const readme = readmeName === undefined ? '' : readFileSync(join(dir, readmeName), 'utf8')
  if (/^#+ licen[cs]/im.test(readme)) return readme.trim()
  throw new AppError('not-found', `${name} has no licence text: put it into build/licences/${fileName(name)}`)
}

function ownText(name: string): string | undefined {
  const path = join(OWN_TEXTS, fileName(name))
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function fileName(name: string): string {
  return `${name.replace(/^@/, '').replaceAll('/', '-')}.txt`
}
