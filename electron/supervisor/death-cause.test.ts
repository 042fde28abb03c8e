import { expect, test } from 'vitest'
import { deathCause } from './death-cause.ts'

const V8_OUT_OF_MEMORY = `
<--- Last few GCs --->
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----
 1: 0xe13f2e node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
`
const BAD_ALLOC = "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n"

test.each<[what: string, signal: string | null, code: number | null, outputTail: string, message: RegExp]>([
  [
    'bad_alloc',
    'SIGABRT',
    null,
    BAD_ALLOC,
    /^memory ran out, and .* \(SIGABRT\).*fewer images.*" {2}what\(\): {2}std::bad_/,
  ],
  ['the heap of V8', 'SIGABRT', null, V8_OUT_OF_MEMORY, /Its last words: "FATAL ERROR: Reached heap limit/],
  ['V8 under Electron', 'SIGTRAP', null, V8_OUT_OF_MEMORY, /^memory ran out/],
  ['a start', null, null, 'spawn ENOMEM', /exit code unknown.*"spawn ENOMEM"/],
  [
    'Windows, no memory',
    null,
    0xc0000017,
    '',
    /^memory ran out, and the engine process ended \(exit code 0xc0000017\)/,
  ],
])('for lack of memory: %s', (_, signal, code, outputTail, message) => {
  const error = deathCause({ signal, code, outputTail })
  expect(error.message).toMatch(message)
  expect(error).toMatchObject({ code: 'out-of-memory', data: { engineDied: true, signal, exitCode: code } })
})

test.each<[what: string, signal: string | null, code: number | null, outputTail: string, message: RegExp]>([
  ['killed', 'SIGKILL', null, '', /killed \(SIGKILL\): systems do that when memory runs out; if so, make fewer images/],
  ['an assertion', 'SIGABRT', null, 'double free or corruption', /gave up \(SIGABRT\): .*"double free or corruption"$/],
  ['a bad access', 'SIGSEGV', null, 'bad_alloc was survived before', /crashed \(SIGSEGV\): native code/],
  ['an instruction', 'SIGILL', null, '', /processor lacks an instruction/],
  ['a lost file', 'SIGBUS', null, '', /model folder/],
  ['another signal', 'SIGHUP', null, '', /^the engine process ended \(SIGHUP\)\.$/],
  ['an exit', null, 3, 'line\nlast\n\n', /^the engine process ended \(exit code 3\)\. Its last words: "last"$/],
  ['an exit that is none', null, 0, 'out of memory', /exit code 0/],
  ['Windows, a bad access', null, 0xc0000005, '', /crashed \(exit code 0xc0000005\): native code/],
])('by a crash: %s', (_, signal, code, outputTail, message) => {
  const error = deathCause({ signal, code, outputTail })
  expect(error.message).toMatch(message)
  expect(error).toMatchObject({ code: 'engine-died', data: { engineDied: true } })
})

test('only who was killed without a word needs the evidence', () => {
  const killed = { signal: 'SIGKILL', code: null }
  expect(deathCause(killed, { hasOomEvidence: true, work: 'decoding an image' })).toMatchObject({
    code: 'out-of-memory',
    message: expect.stringContaining('killed the engine process while decoding an image (SIGKILL). To') as string,
  })
  expect(deathCause({ ...killed, signal: 'SIGSEGV' }, { hasOomEvidence: true }).code).toBe('engine-died')
})
