// Counts what comes in, and holds it to the quotas of Secrets Manager.

import { quotas } from '../../lambda/usecases/limits/rate-limited-store.ts'

const groups: Readonly<Record<string, number>> = {
  PutSecretValue: quotas.write,
  TagResource: quotas.tag,
  BatchGetSecretValue: quotas.batch,
  ListSecrets: quotas.list,
}

/** How many there were in the last second. */
class LastSecond {
  readonly #times: number[] = []
  #from = 0

  count(now: number): number {
    while ((this.#times[this.#from] ?? now) <= now - 1000) this.#from++
    return this.#times.length - this.#from
  }

  add(now: number): void {
    this.#times.push(now)
  }
}

export class Traffic {
  readonly calls: Record<string, number> = {}
  tokenRequests = 0
  throttled = 0
  mostWritesInASecond = 0
  readonly #enforced: boolean
  /** By operation. */
  readonly #recent = new Map<string, LastSecond>()
  #firstWrite: number | undefined
  #lastWrite = 0

  constructor(enforced: boolean) {
    this.#enforced = enforced
  }

  /** Milliseconds from the first write to the last. */
  get writingMilliseconds(): number {
    return this.#lastWrite - (this.#firstWrite ?? this.#lastWrite)
  }

  /** @returns whether the call is taken */
  admit(operation: string): boolean {
    const now = performance.now()
    const recent = this.#recent.get(operation) ?? new LastSecond()
    this.#recent.set(operation, recent)
    if (this.#enforced && recent.count(now) >= (groups[operation] ?? Number.POSITIVE_INFINITY)) {
      this.throttled++
      return false
    }
    recent.add(now)
    this.calls[operation] = (this.calls[operation] ?? 0) + 1
    if (operation === 'PutSecretValue') {
      this.#firstWrite ??= now
      this.#lastWrite = now
      this.mostWritesInASecond = Math.max(this.mostWritesInASecond, recent.count(now))
    }
    return true
  }
}
