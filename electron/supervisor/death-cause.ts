/** Why an engine process ended, for people: out of what the system says of its end, and what it printed last. */
import { AppError, quoted } from '#shared/errors.ts'
import type { ChildExit } from './child-handle.ts'

interface Circumstances {
  /** The system has killed for lack of memory since the work began (oom-evidence.ts). */
  hasOomEvidence?: boolean
  /** What it was at: "denoising 4 images of 512 × 512". */
  work?: string | undefined
}

/** What helps against too little memory, the most helpful first. */
export const USE_LESS_MEMORY =
  'make fewer images at once, choose a smaller size, set a lower memory limit (--max-memory), or use a smaller model'

const ADVICE = `To need less, ${USE_LESS_MEMORY}.`

/** What V8, the C++ runtime, ONNX Runtime and the system print when memory cannot be had. */
const MEMORY_WORDS =
  /bad_alloc|bad array new length|out of memory|not enough memory|ENOMEM|cannot allocate memory|failed to allocate|allocation failed/i

interface Cause {
  verb: string
  /** What is behind it, and what to do. */
  why: string
}
const BAD_ACCESS: Cause = {
  verb: 'crashed',
  why: 'native code used memory that is not its own. If it happens again with the same image, please report it; a damaged model file can be the reason too',
}
const LOST_FILE: Cause = {
  verb: 'crashed',
  why: 'it lost a file that it was reading: was the model folder changed, or its disk removed?',
}
const NO_INSTRUCTION: Cause = {
  verb: 'crashed',
  why: 'this processor lacks an instruction that the engine uses. In a virtual machine, let it see all features of the processor',
}
const SIGNALS: Partial<Record<string, Cause>> = {
  SIGSEGV: BAD_ACCESS,
  SIGBUS: LOST_FILE,
  SIGILL: NO_INSTRUCTION,
  SIGKILL: { verb: 'was killed', why: `systems do that when memory runs out; if so, ${USE_LESS_MEMORY}` },
  SIGABRT: { verb: 'gave up', why: `most often for lack of memory; if so, ${USE_LESS_MEMORY}` },
}
/** Windows says in exit codes (NTSTATUS, ntstatus.h) what other systems say in signals. */
const WINDOWS_CODES: Partial<Record<number, Cause>> = {
  0xc000_0005: BAD_ACCESS, // STATUS_ACCESS_VIOLATION
  0xc000_0006: LOST_FILE, // STATUS_IN_PAGE_ERROR
  0xc000_001d: NO_INSTRUCTION, // STATUS_ILLEGAL_INSTRUCTION
}
const WINDOWS_NO_MEMORY: readonly (number | null)[] = [
  0xc000_0017, // STATUS_NO_MEMORY
  0xc000_009a, // STATUS_INSUFFICIENT_RESOURCES
  0xc000_012d, // STATUS_COMMITMENT_LIMIT
]

/** @returns `out-of-memory` where that is sure or very likely, else `engine-died`; with `data.engineDied` */
export function deathCause(exit: ChildExit, { hasOomEvidence = false, work }: Circumstances = {}): AppError {
  const { code, signal, outputTail = '' } = exit
  const printed = outputTail.split('\n').filter((line) => line.trim() !== '')
  const memoryLine = printed.findLast((line) => MEMORY_WORDS.test(line))
  const lastLine = memoryLine ?? printed.at(-1)
  const lastWords = lastLine === undefined ? '' : ` Its last words: ${quoted(lastLine)}`
  const during = work === undefined ? '' : ` while ${work}`
  const how = signal ?? `exit code ${exitCode(code)}`
  const error = (errorCode: 'out-of-memory' | 'engine-died', message: string): AppError =>
    new AppError(errorCode, message + lastWords, {
      data: { exitCode: code, signal, outputTail, engineDied: true },
    })

  if (signal === 'SIGKILL' && hasOomEvidence) {
    return error(
      'out-of-memory',
      `memory ran out, and the system killed the engine process${during} (${how}). ${ADVICE}`,
    )
  }
  // one that crashed in another way may have printed of memory long before
  const gaveUp = signal === null ? code !== 0 : signal === 'SIGABRT' || signal === 'SIGTRAP'
  if ((gaveUp && memoryLine !== undefined) || WINDOWS_NO_MEMORY.includes(code)) {
    return error('out-of-memory', `memory ran out${during}, and the engine process ended (${how}). ${ADVICE}`)
  }
  const cause = signal === null ? WINDOWS_CODES[code ?? 0] : SIGNALS[signal]
  if (cause) return error('engine-died', `the engine process ${cause.verb}${during} (${how}): ${cause.why}.`)
  return error('engine-died', `the engine process ended${during} (${how}).`)
}

function exitCode(code: number | null): string {
  if (code === null) return 'unknown'
  return code > 0xffff ? `0x${code.toString(16)}` : code.toString()
}
