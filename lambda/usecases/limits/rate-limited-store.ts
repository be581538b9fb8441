// Pace: the store's quotas are the account's, so a tick stays below its share of each, and of less when others use them.

import { type Dependencies, type SecretStore, StoreFailure } from '../../ports.ts'
import { RateLimiter } from './rate-limiter.ts'

/** Calls a second in an account and Region, by group of operations (quotas of AWS Secrets Manager). */
export const quotas = {
  /** PutSecretValue, UpdateSecret and stage moves together. */
  write: 50,
  tag: 50,
  create: 50,
  restore: 50,
  erase: 50,
  /** BatchGetSecretValue. */
  batch: 100,
  list: 100,
  /** DescribeSecret and GetSecretValue together. */
  read: 10_000,
} as const

type Group = keyof typeof quotas

/** Writes of a refresh: the grant and what apps read. */
export const writesPerRefresh = 2

/** Refused for coming too soon, a call is made again; so often, and it is a failure of the store. */
const mostTries = 5

export interface RateLimited {
  readonly store: SecretStore
  /** How long a write would wait that is asked for now. */
  backlogMilliseconds(): number
  /** Writes a second, in the long run. */
  readonly writesPerSecond: number
}

type Ports = Pick<Dependencies, 'store' | 'clock' | 'random'>

/**
 * The store of a tick, with its calls spread out. One that is throttled all the same, for the quotas are the whole
 * account's, slows its group down and is retried at the new rate. The SDK retries all other failures.
 *
 * @param shards how many ticks share the quotas
 */
export const rateLimitedStore = ({ store, clock }: Pick<Ports, 'store' | 'clock'>, shards: number): RateLimited => {
  const turnsOf = (group: Group) => new RateLimiter(clock, quotas[group] / shards)
  const writes = turnsOf('write')
  return {
    backlogMilliseconds: () => writes.backlogMilliseconds(),
    writesPerSecond: writes.perSecond,
    store: inTurn(store, (group) => (group === 'write' ? writes : turnsOf(group))),
  }
}

/** The store of a single bootstrap, which makes a handful of calls: only what is throttled waits. */
export const retryingStore = ({ store, clock, random }: Ports): SecretStore =>
  inTurn(store, () => ({
    next: async () => {},
    slowDown: () => clock.wait(1000 * (0.5 + random.fraction())),
  }))

interface Turn {
  next(): Promise<void>
  slowDown(): Promise<void> | void
}

const inTurn = (store: SecretStore, turnOf: (group: Group) => Turn): SecretStore => {
  const wrap = <Call extends unknown[], Answer>(turn: Turn, call: (...input: Call) => Promise<Answer>) => {
    return async (...input: Call): Promise<Answer> => {
      for (let tries = 1; ; tries++) {
        await turn.next()
        try {
          return await call(...input)
        } catch (error) {
          if (!(error instanceof StoreFailure && error.throttled)) throw error
          if (tries === mostTries) throw error
          await turn.slowDown()
        }
      }
    }
  }
  const read = turnOf('read')
  return {
    list: wrap(turnOf('list'), store.list),
    readTogether: wrap(turnOf('batch'), store.readTogether),
    read: wrap(read, store.read),
    describe: wrap(read, store.describe),
    create: wrap(turnOf('create'), store.create),
    put: wrap(turnOf('write'), store.put),
    tag: wrap(turnOf('tag'), store.tag),
    restore: wrap(turnOf('restore'), store.restore),
    erase: wrap(turnOf('erase'), store.erase),
  }
}
