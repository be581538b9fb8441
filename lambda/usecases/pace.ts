// Pace: the store's write quota is the account's, so a tick stays below it.

import type { Clock, SecretStore } from '../ports.ts'

/**
 * Writes a second. Secrets Manager takes 50 a second of PutSecretValue, UpdateSecret and stage moves together, in an
 * account and Region (its quotas page); the rest is for operators and other applications.
 */
const writesPerSecond = 45

/** The store with its writes spread out. @param shards how many ticks share the quota */
export const pacedStore = ({ store, clock }: { store: SecretStore; clock: Clock }, shards: number): SecretStore => {
  const turn = turns(clock, (1000 * shards) / writesPerSecond)
  return {
    ...store,
    put: async (...call) => {
      await turn()
      return store.put(...call)
    },
  }
}

/** Resolves for one caller after another, each an interval after the one before. */
const turns = (clock: Clock, interval: number) => {
  let free = Number.NEGATIVE_INFINITY
  return async (): Promise<void> => {
    const now = clock.now()
    const mine = Math.max(now, free)
    free = mine + interval
    if (mine > now) await clock.wait(mine - now)
  }
}
