// A run of the renewal dies before or after each of its calls: there is always an accepted client secret, and nothing is left at Microsoft.

import { describe, expect, it } from 'vitest'
import { Crash, day, dying, type Embedded, hour } from '../../support/embedded.ts'
import {
  accepts,
  hours,
  months,
  published,
  ready,
  secretsOf,
  start,
  started,
  tenant,
} from '../../support/renewing-client.ts'

const wrongNow = (e: Embedded): readonly string[] => {
  const stored = secretsOf(e)
  const wrong = {
    'the first client secret is not accepted': !accepts(e, stored[0]),
    'the client secret that apps read is not accepted': !e.entra.wouldAcceptClientSecret(e.clientId, published(e)),
  }
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [what] : []))
}

type Moment = readonly [what: string, prepare: () => Promise<Embedded>, run: 'start' | 'due']

const moments: readonly Moment[] = [
  ['the start', () => ready(60), 'start'],
  [
    'a trial',
    async () => {
      const e = await started(60)
      e.clock.advance(hour)
      return e
    },
    'due',
  ],
  [
    'a renewal that is due',
    async () => {
      const e = await started(60)
      await hours(e, 1)
      await months(e, 5)
      return e
    },
    'due',
  ],
  [
    'a deletion',
    async () => {
      const e = await started(60)
      await hours(e, 1)
      await e.tickAfter(26 * 60)
      await months(e, 2)
      e.clock.advance(9 * day)
      return e
    },
    'due',
  ],
]

describe('a run that dies', () => {
  const cases = moments.flatMap(([what, prepare, run]) =>
    (['before', 'after'] as const).map((when) => [when, what, prepare, run] as const),
  )
  it.each(cases)(
    '%s any one of its calls in %s leaves an accepted client secret, and nothing at Microsoft that is not stored',
    { timeout: 120_000 },
    async (when, _, prepare, run) => {
      const runIn = (e: Embedded, handlers: ReturnType<typeof dying>) =>
        run === 'start'
          ? handlers.manageRenewal({ client: e.clientId, renewal: 'start', tenant })
          : handlers.renewClientSecrets()
      const counted = await prepare()
      const { calls, ...handlers } = dying(counted.dependencies, Number.POSITIVE_INFINITY, 'before')
      await runIn(counted, { calls, ...handlers })
      const wrong: Record<string, unknown> = {}
      for (const [at, call] of calls.entries()) {
        const e = await prepare()
        await expect(runIn(e, dying(e.dependencies, at, when))).rejects.toThrow(Crash)
        const found = [...wrongNow(e)]
        if (run === 'start') await start(e)
        for (let runs = 0; runs < 4; runs++) {
          e.clock.advance(hour)
          await e.renewClientSecrets()
          found.push(...wrongNow(e))
        }
        await e.tickAfter(25 * 60)
        found.push(...wrongNow(e), ...e.problems('a'))
        const ours = e.entra.clientSecrets(e.clientId).filter(({ displayName }) => displayName !== undefined)
        const keys = secretsOf(e).map(({ key_id }) => key_id)
        const lost = ours.filter(({ keyId, madeAt = 0 }) => !keys.includes(keyId) && madeAt < e.clock.now() - 2 * hour)
        // An orphan is found when the next step asks Microsoft.
        if (lost.length > 0) {
          await months(e, 5)
          await hours(e, 3)
          const still = e.entra.clientSecrets(e.clientId).map(({ keyId }) => keyId)
          if (lost.some(({ keyId }) => still.includes(keyId))) found.push('a client secret is left at Microsoft')
        }
        if (found.length > 0) wrong[`${at} ${call}`] = found
      }
      expect(wrong).toEqual({})
    },
  )
})
