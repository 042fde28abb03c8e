/**
 * Tokens of servers, encrypted with a key that the system's keyring keeps (Electron's safeStorage). Where there is no
 * keyring, they are known until the app ends, and never written.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { SafeStorage } from 'electron'
import { z } from 'zod'

type Encryption = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

/** Server → encrypted, base64. */
const FileSchema = z.record(z.string(), z.base64())

export class TokenStore {
  readonly #path: string
  readonly #encryption: Encryption
  /** Of this run alone. */
  readonly #unkept = new Map<string, string>()

  constructor(path: string, encryption: Encryption) {
    this.#path = path
    this.#encryption = encryption
  }

  /** @returns whether it will be there after the next start */
  async set(host: string, token: string): Promise<boolean> {
    if (!(await this.#canEncrypt())) {
      this.#write(without(this.#read(), host))
      this.#unkept.set(host, token)
      return false
    }
    const encrypted = await this.#encryption.encryptStringAsync(token)
    this.#unkept.delete(host)
    this.#write({ ...this.#read(), [host]: encrypted.toString('base64') })
    return true
  }

  /** Undefined also where it was encrypted for another person or machine. */
  async get(host: string): Promise<string | undefined> {
    const unkept = this.#unkept.get(host)
    const encrypted = this.#read()[host] as string | undefined
    if (unkept !== undefined || encrypted === undefined || !(await this.#canEncrypt())) return unkept
    try {
      const decrypted = await this.#encryption.decryptStringAsync(Buffer.from(encrypted, 'base64'))
      if (decrypted.shouldReEncrypt) await this.set(host, decrypted.result)
      return decrypted.result
    } catch {
      return undefined
    }
  }

  remove(host: string): void {
    this.#unkept.delete(host)
    this.#write(without(this.#read(), host))
  }

  hosts(): string[] {
    return [...new Set([...Object.keys(this.#read()), ...this.#unkept.keys()])].sort()
  }

  /** "basic_text" is a key that is the same everywhere: as good as none. */
  async #canEncrypt(): Promise<boolean> {
    if (!(await this.#encryption.isAsyncEncryptionAvailable())) return false
    return process.platform !== 'linux' || this.#encryption.getSelectedStorageBackend() !== 'basic_text'
  }

  #read(): Record<string, string> {
    try {
      return FileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      return {}
    }
  }

  #write(tokens: Record<string, string>): void {
    if (Object.keys(tokens).length === 0 && Object.keys(this.#read()).length === 0) return
    writeFileSync(`${this.#path}.tmp`, JSON.stringify(tokens), { mode: 0o600 })
    renameSync(`${this.#path}.tmp`, this.#path)
  }
}

function without(tokens: Record<string, string>, host: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tokens).filter(([key]) => key !== host))
}
