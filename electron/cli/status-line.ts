/** One line at the bottom of a terminal that is written over again and again. */
import type { CliHost } from './host.ts'

export interface StatusLine {
  readonly show: (text: string) => void
  /** Takes the line away while something else is written, then shows it again. */
  readonly around: (write: () => void) => void
  readonly end: () => void
}

const BAR_WIDTH = 24

/** Piped, there is nobody to watch: then it shows nothing. */
export function createStatusLine(stream: CliHost['stderr']): StatusLine {
  if (!stream.isTTY) {
    return {
      show: () => undefined,
      around: (write) => {
        write()
      },
      end: () => undefined,
    }
  }
  let line = ''
  const clear = (): void => {
    stream.write('\r\u001b[2K')
  }
  const draw = (): void => {
    clear()
    // a terminal that does not tell its width says 0
    const columns = stream.columns === undefined || stream.columns < 2 ? 80 : stream.columns
    stream.write(line.slice(0, columns - 1))
  }
  return {
    show(text) {
      line = text
      draw()
    },
    around(write) {
      clear()
      write()
      draw()
    },
    end() {
      line = ''
      clear()
    },
  }
}

/** `██████░░░░░░░░░░░░░░░░░░ 25 %`. @param share 0 to 1 */
export function progressBar(share: number): string {
  const filled = Math.floor(share * BAR_WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.floor(share * 100)} %`
}
