// When each refresh token was last used: a token expires if it was neither issued nor used during the whole window.

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './state-file.ts'

/** Below this number of lines the file is not written anew. */
const linesKept = 1000

export class TokenUses {
  /** In order of use, the oldest first; nothing older than the window stays. */
  readonly #lastUse = new Map<string, number>()
  readonly #window: number
  readonly #file: string | undefined
  #lines = 0

  /** @param directory where the uses are kept across restarts; in memory alone when absent */
  constructor(windowMilliseconds: number, directory?: string) {
    this.#window = windowMilliseconds
    this.#file = directory === undefined ? undefined : join(directory, 'uses.log')
    if (this.#file !== undefined && existsSync(this.#file)) this.#load(this.#file)
  }

  get size(): number {
    return this.#lastUse.size
  }

  isIdle(token: { readonly id: string; readonly issuedAt: number }, now: number): boolean {
    return now - Math.max(token.issuedAt, this.#lastUse.get(token.id) ?? 0) >= this.#window
  }

  record(id: string, now: number): void {
    this.#set(id, now)
    this.#forget(now)
    if (this.#file === undefined) return
    appendFileSync(this.#file, `${id} ${now}\n`, { mode: 0o600 })
    this.#lines += 1
    if (this.#lines > linesKept + 2 * this.#lastUse.size) this.#rewrite(this.#file)
  }

  #set(id: string, at: number): void {
    this.#lastUse.delete(id)
    this.#lastUse.set(id, at)
  }

  #forget(now: number): void {
    for (const [id, at] of this.#lastUse) {
      if (now - at < this.#window) return
      this.#lastUse.delete(id)
    }
  }

  /** Written anew at the start, because the last line may be incomplete after a crash. */
  #load(file: string): void {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, id, at] = /^(\S+) (\d+)$/.exec(line) ?? []
      if (id !== undefined) this.#set(id, Number(at))
    }
    this.#rewrite(file)
  }

  #rewrite(file: string): void {
    replaceFile(file, [...this.#lastUse].map(([id, at]) => `${id} ${at}\n`).join(''))
    this.#lines = this.#lastUse.size
  }
}
