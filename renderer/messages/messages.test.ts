/** No text is left out: every language says everything, everything that is said is used, and nothing is said elsewhere. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, type AST } from 'svelte/compiler'
import { describe, expect, test } from 'vitest'

interface Variants {
  readonly declarations: readonly string[]
  readonly match: Readonly<Record<string, string>>
}
type Message = string | readonly [Variants]
type Messages = Readonly<Record<string, Message>>

const RENDERER = join(import.meta.dirname, '..')
const { locales } = JSON.parse(readFileSync(join(RENDERER, 'project.inlang/settings.json'), 'utf8')) as {
  locales: string[]
}
const languages = new Map(locales.map((locale) => [locale, messagesOf(locale)]))
const english = messagesOf('en')

function messagesOf(locale: string): Messages {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${locale}.json`), 'utf8')) as Messages
}

function textsOf(message: Message): string[] {
  return typeof message === 'string' ? [message] : Object.values(message[0].match)
}

function parametersOf(message: Message): string[] {
  const named = textsOf(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  const inputs =
    typeof message === 'string' ? [] : message[0].declarations.map((text) => /^input (\w+)/.exec(text)?.[1])
  return [...new Set([...named, ...inputs.filter((name) => name !== undefined)])].sort()
}

function sources(ending: RegExp): { path: string; text: string }[] {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path) && !/^paraglide|\.test\.ts$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(RENDERER, path), 'utf8') }))
}

describe.each([...languages])('%s', (locale, messages) => {
  test('has every message, and no other', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort())
  })

  test('each takes the same parameters', () => {
    const given = (all: Messages) => Object.entries(all).map(([key, message]) => [key, parametersOf(message)])
    expect(Object.fromEntries(given(messages))).toEqual(Object.fromEntries(given(english)))
  })

  test('nothing is empty, and every number has its form', () => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions()
    for (const [key, message] of Object.entries(messages)) {
      for (const text of textsOf(message)) expect([key, text.trim()]).not.toEqual([key, ''])
      if (typeof message === 'string') continue
      const forms = Object.keys(message[0].match).map((condition) => condition.split('=').at(-1))
      // a form that is missing would show the message's name
      if (!forms.includes('*')) expect([key, ...forms]).toEqual([key, ...pluralCategories])
    }
  })
})

test('every message is used', () => {
  const all = sources(/\.(ts|svelte)$/)
    .map(({ text }) => text)
    .join('\n')
  const used = new Set([...all.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key))
  expect(Object.keys(english).filter((key) => !used.has(key))).toEqual([])
})

/** Attributes that are read out or shown. */
const SHOWN = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'title',
  'placeholder',
  'alt',
  'label',
  'hint',
])
/** What is the same in every language: names, units, signs between numbers, how addresses are written. */
const SAME = /^(Reprise|Node|px|GB|1:1|×|[a-z]{1,3}:|owner\/name|https:\/\/…)$/

/** Texts in the markup, and in attributes that are shown. */
function literals(source: string): string[] {
  const found: string[] = []
  const visit = (node: unknown, attribute?: string): void => {
    if (Array.isArray(node)) for (const each of node) visit(each, attribute)
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return
    const { type } = node as AST.BaseNode
    if (type === 'Text' && (attribute === undefined || SHOWN.has(attribute))) found.push((node as AST.Text).data)
    const inside = type === 'Attribute' || type === 'StyleDirective' ? (node as AST.Attribute).name : attribute
    for (const [name, value] of Object.entries(node)) {
      if (!['css', 'instance', 'module', 'parent', 'metadata'].includes(name)) visit(value, inside)
    }
  }
  visit(parse(source, { modern: true }).fragment)
  return found.flatMap((text) => text.split(/[\s,;()·]+/)).filter((word) => /\p{L}/u.test(word) && !SAME.test(word))
}

test('components say nothing that is not a message', () => {
  expect(literals('<p title="Hello">{#if a}Bonjour, {b}{:else}<b class="x">1 px</b>{/if}</p>')).toEqual([
    'Hello',
    'Bonjour',
  ])
  const found = sources(/\.svelte$/).flatMap(({ path, text }) => literals(text).map((word) => `${path}: ${word}`))
  expect(found).toEqual([])
})
