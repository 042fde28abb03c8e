/** Why the studio cannot be opened, as a dialog that says what to do. */
import { dialog, shell } from 'electron'
import { AppError, type ErrorCode } from '#shared/errors.ts'

interface Advice {
  readonly message: string
  /** Follows what the error itself says. */
  readonly todo: string
  readonly canTryAgain?: boolean
}

const ADVICE: Partial<Record<ErrorCode, Advice>> = {
  'data-folder-busy': {
    message: 'Another Reprise has the data folder',
    todo: 'It may be `reprise serve` or `reprise queue run` in a terminal. End it, or use that one; then try again.',
    canTryAgain: true,
  },
  'database-newer': {
    message: 'The data is of a newer Reprise',
    todo: 'Install the latest version. Nothing was changed.',
  },
  'database-corrupt': {
    message: 'The database is damaged',
    todo: 'Your images are files of their own in the data folder.',
  },
  'not-found': {
    message: 'The data folder is not there',
    todo: 'If it is on a disk that is not connected, connect it; then try again.',
    canTryAgain: true,
  },
  'disk-full': {
    message: 'The disk is full',
    todo: 'Free some space; then try again.',
    canTryAgain: true,
  },
  'disk-failed': {
    message: 'The disk failed',
    todo: 'Check it, and the connection to it; then try again.',
    canTryAgain: true,
  },
  'output-not-writable': {
    message: 'The data folder cannot be written to',
    todo: 'Change its permissions, or choose another with the environment variable REPRISE_DATA_DIR.',
    canTryAgain: true,
  },
}

/** @returns whether to try again */
export async function explainStartupProblem(thrown: unknown, dataDir: string): Promise<boolean> {
  const error = AppError.from(thrown)
  const {
    message,
    todo,
    canTryAgain = false,
  } = ADVICE[error.code] ?? {
    message: 'Reprise cannot start',
    todo: 'If it happens again, please report it.',
  }
  const buttons = [...(canTryAgain ? ['Try again'] : []), 'Show the data folder', 'Quit']
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      title: 'Reprise',
      message,
      detail: `${error.message}\n\n${todo}\n\nThe data folder: ${dataDir}\nThis is the error ${error.code}.`,
      buttons,
      defaultId: 0,
      cancelId: buttons.length - 1,
    })
    if (buttons[response] !== 'Show the data folder') return buttons[response] === 'Try again'
    await shell.openPath(dataDir)
  }
}
