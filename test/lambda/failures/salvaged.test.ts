// Answers that bring a new refresh token and nothing else that can be used: the token is kept, and little is written.

import { describe, expect, it } from 'vitest'
import { embedded, hour } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const longLived = 48 * hour

describe.each(['reusable', 'single-use'] as const)(
  '48 hours of unusable answers with new %s refresh tokens',
  (rotation) => {
    it('leave the newest token stored, few versions, and heal with one good answer', async () => {
      const e = await embedded({ reach: withoutNetwork })
      await e.connect('a', { rotation })
      const end = e.entra.habits.add(
        { kind: 'fields', without: ['access_token'] },
        { times: 'always', when: { grantType: 'refresh_token' } },
      )
      const versionsBefore = e.secret('grants', 'a').versions.size
      for (const until = e.clock.now() + longLived; e.clock.now() < until; ) {
        await e.tickAfter(5)
        expect(e.entra.wouldAccept(String(e.current('grants', 'a').json.refresh_token))).toBe(true)
      }
      const written = e.secret('grants', 'a').versions.size - versionsBefore
      // One version per ten minutes, sustained.
      expect(written).toBeLessThanOrEqual(48 * 6)
      expect(e.status('a').failure?.failures).toBeGreaterThan(20)
      end()
      await e.tickAfter(60)
      expect(e.problems('a')).toEqual([])
    })
  },
)

it('an unusable answer keeps count, begin and next attempt of the failures before it', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  e.entra.habits.add(
    { kind: 'fields', without: ['access_token'] },
    { times: 'always', when: { grantType: 'refresh_token' } },
  )
  await e.tickAfter(90)
  const first = e.status('a').failure
  for (let tick = 0; tick < 6; tick++) await e.tickAfter(5)
  const last = e.status('a').failure
  expect(last?.since).toEqual(first?.since)
  expect(last?.failures).toBeGreaterThan(1)
  expect(last?.retry.getTime()).toBeGreaterThan(last?.failed.getTime() ?? 0)
})
