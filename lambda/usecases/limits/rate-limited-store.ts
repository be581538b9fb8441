// Rate-limited store: the quotas belong to the whole account, so a tick stays below its share, and uses less if others use them.

import { type Dependencies, type SecretStore, StoreFailure } from '../../ports.ts'
import { RateLimiter } from './rate-limiter.ts'

/** Calls a second in an account and Region, by group of operations (quotas of AWS Secrets Manager). */
export const quotas = {
  /** PutSecretValue, UpdateSecret and UpdateSecretVersionStage together. */
  write: 50,
  tag: 50,
  create: 50,
  restore: 50,
  erase: 50,
  /** BatchGetSecretValue. */
  batch: 100,
  list: 100,
  /** GetSecretValue. */
  read: 10_000,
  /** DescribeSecret: apart from GetSecretValue since AWS raised both on 2025-03-04. */
  describe: 40_000,
} as const

type Group = keyof typeof quotas

/** Writes of a refresh: the grant and the published secret. */
export const writesPerRefresh = 2

/** A throttled call is repeated up to this many times, then it fails as StoreFailure. */
const mostTries = 5

export interface RateLimited {
  readonly store: SecretStore
  /** How long a write would wait now. */
  backlogMilliseconds(): number
  /** Writes a second, in the long run. */
  readonly writesPerSecond: number
}

type Ports = Pick<Dependencies, 'store' | 'clock' | 'random'>

/**
 * The store of a tick, with a rate limit. A call may still be throttled, because the quotas are the whole
 * account's: it slows its group down and is repeated at the new rate. The SDK retries all other failures.
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

/** The store of a single bootstrap, which makes few calls: only throttled calls wait. */
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
  return {
    list: wrap(turnOf('list'), store.list),
    readTogether: wrap(turnOf('batch'), store.readTogether),
    read: wrap(turnOf('read'), store.read),
    describe: wrap(turnOf('describe'), store.describe),
    create: wrap(turnOf('create'), store.create),
    put: wrap(turnOf('write'), store.put),
    tag: wrap(turnOf('tag'), store.tag),
    restore: wrap(turnOf('restore'), store.restore),
    erase: wrap(turnOf('erase'), store.erase),
  }
}
