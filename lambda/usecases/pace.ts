// Pace: the store's quotas are the account's, so a tick stays below its share of each.

import type { Clock, SecretStore } from '../ports.ts'

/**
 * Calls a second in an account and Region, by group of operations (quotas of AWS Secrets Manager). DescribeSecret and
 * GetSecretValue have 10,000 together, which no tick comes near.
 */
export const quotas = {
  /** PutSecretValue, UpdateSecret and stage moves together. */
  write: 50,
  tag: 50,
  create: 50,
  /** BatchGetSecretValue. */
  batch: 100,
  list: 100,
} as const

/** What is left is for operators and other applications. */
const share = 0.98

/** Writes of a refresh: the grant and what apps read. */
export const writesPerRefresh = 2

/** @param shards how many ticks share the quotas */
export const writesPerSecond = (shards: number): number => (quotas.write * share) / shards

export interface Paced {
  readonly store: SecretStore
  /** How long a write would wait that is asked for now. */
  backlogMilliseconds(): number
}

/**
 * The store with its calls spread out. When it asks for fewer all the same, its client slows down by itself, which is
 * the SDK's own business (`retryMode: adaptive`).
 *
 * @param shards how many ticks share the quotas
 */
export const paceStore = ({ store, clock }: { store: SecretStore; clock: Clock }, shards: number): Paced => {
  const turnsOf = (group: keyof typeof quotas) => new Turns(clock, (1000 * shards) / (quotas[group] * share))
  const turns = {
    write: turnsOf('write'),
    tag: turnsOf('tag'),
    create: turnsOf('create'),
    batch: turnsOf('batch'),
  }
  return {
    backlogMilliseconds: () => turns.write.backlogMilliseconds(),
    store: {
      ...store,
      put: async (...call) => {
        await turns.write.next()
        return store.put(...call)
      },
      create: async (...call) => {
        await turns.create.next()
        return store.create(...call)
      },
      tag: async (...call) => {
        await turns.tag.next()
        return store.tag(...call)
      },
      readTogether: async (...call) => {
        await turns.batch.next()
        return store.readTogether(...call)
      },
    },
  }
}

/** One caller after another, each an interval after the one before. Turns that nobody takes are not saved up. */
class Turns {
  readonly #clock: Clock
  readonly #interval: number
  #free = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, interval: number) {
    this.#clock = clock
    this.#interval = interval
  }

  backlogMilliseconds(): number {
    return Math.max(0, this.#free - this.#clock.now())
  }

  async next(): Promise<void> {
    const now = this.#clock.now()
    const mine = Math.max(now, this.#free)
    this.#free = mine + this.#interval
    if (mine > now) await this.#clock.wait(mine - now)
  }
}
