/** What a file is written to until it is whole. Its length on disk is known only as far as it was flushed. */
import { open, type FileHandle } from 'node:fs/promises'
import { outputError } from '../images/output-error.ts'

export class PartFile {
  readonly #handle: FileHandle
  readonly #path: string
  #position: number

  private constructor(handle: FileHandle, path: string, position: number) {
    this.#handle = handle
    this.#path = path
    this.#position = position
  }

  /**
   * @param keptBytes that are known to be right; whatever follows them is cut off
   * @returns nothing if the file has fewer
   * @throws {AppError} `output-not-writable`, `disk-full`
   */
  static async open(path: string, keptBytes: number): Promise<PartFile | undefined> {
    let handle: FileHandle | undefined
    try {
      handle = await open(path, keptBytes === 0 ? 'w' : 'r+')
      if (keptBytes > 0) {
        const found = await handle.stat()
        if (!found.isFile() || found.size < keptBytes) {
          await handle.close()
          return undefined
        }
        await handle.truncate(keptBytes)
      }
      return new PartFile(handle, path, keptBytes)
    } catch (error) {
      await handle?.close().catch(() => undefined)
      if (keptBytes > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw outputError(error, path)
    }
  }

  /** Bytes in it. */
  get position(): number {
    return this.#position
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, this.#position)
        written += bytesWritten
        this.#position += bytesWritten
      }
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }

  /** Everything written is on disk when this returns. */
  async flush(): Promise<void> {
    await this.#handle.datasync().catch((error: unknown) => {
      throw outputError(error, this.#path)
    })
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
