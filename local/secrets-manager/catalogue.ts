// All secrets of the account, by name or ARN. A secret disappears after its deletion date.

import type { Clock } from '../clock.ts'
import type { Listing, Page, Selection } from './listing.ts'
import type { Secret } from './model.ts'
import type { SecretId } from './names.ts'
import type { Storage } from './storage.ts'

export class Catalogue {
  readonly #clock: Clock
  readonly #storage: Storage
  readonly #listing: Listing
  readonly #replicate: (secret: Secret) => void
  readonly #byName = new Map<string, Secret>()
  #nextSequence = 1
  /** The earliest deletion date of any secret. */
  #nextDeletionAt = Number.POSITIVE_INFINITY

  /** @param replicate receives each changed secret */
  constructor(clock: Clock, storage: Storage, listing: Listing, replicate: (secret: Secret) => void = () => {}) {
    this.#replicate = replicate
    this.#clock = clock
    this.#storage = storage
    this.#listing = listing
    for (const secret of [...storage.load()].sort((one, other) => one.sequence - other.sequence)) {
      this.#keep(secret)
      listing.load(secret)
    }
  }

  nextSequence(): number {
    return this.#nextSequence
  }

  named(name: string): Secret | undefined {
    this.#deleteWhatIsDue()
    return this.#byName.get(name)
  }

  names(): readonly string[] {
    this.#deleteWhatIsDue()
    return [...this.#byName.keys()]
  }

  find(id: SecretId): Secret | undefined {
    if (id.kind === 'name') return this.named(id.name)
    const name = id.arn.slice(id.arn.indexOf(':secret:') + ':secret:'.length, -'-xxxxxx'.length)
    const secret = this.named(name)
    return secret?.arn === id.arn ? secret : undefined
  }

  put(secret: Secret): void {
    if (this.#byName.get(secret.name) === secret) return
    this.#storage.save(secret)
    this.#keep(secret)
    this.#listing.put(secret)
    this.#replicate(secret)
  }

  /** At: the time of the deletion. */
  remove(name: string, at: number): void {
    this.#storage.remove(name)
    this.#byName.delete(name)
    this.#listing.remove(name, at)
  }

  select(selection: Selection): Page {
    this.#deleteWhatIsDue()
    return this.#listing.select(selection)
  }

  #keep(secret: Secret): void {
    this.#byName.set(secret.name, secret)
    this.#nextSequence = Math.max(this.#nextSequence, secret.sequence + 1)
    this.#nextDeletionAt = Math.min(this.#nextDeletionAt, secret.deletionAt ?? Number.POSITIVE_INFINITY)
  }

  #deleteWhatIsDue(): void {
    const now = this.#clock.now()
    if (now < this.#nextDeletionAt) return
    this.#nextDeletionAt = Number.POSITIVE_INFINITY
    for (const { name, deletionAt = Number.POSITIVE_INFINITY } of [...this.#byName.values()]) {
      if (deletionAt <= now) this.remove(name, deletionAt)
      else this.#nextDeletionAt = Math.min(this.#nextDeletionAt, deletionAt)
    }
  }
}
