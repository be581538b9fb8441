// Which of the connections that are due comes first.

import { describe, expect, it } from 'vitest'
import type { ConnectionStatus } from '../../../lambda/core/tags/status.ts'
import { urgency } from '../../../lambda/core/urgency.ts'
import { day, hour, later, minute, noon, sampleState, timing } from '../../support/core-samples.ts'

const now = noon.getTime()

const status = (change: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  status: 'healthy',
  client: 'client',
  mode: 'fresh',
  refreshed: later(-40 * minute),
  expires: later(27 * minute),
  refreshBy: later(89 * day),
  next: later(-minute),
  failure: undefined,
  ...change,
})

/** Names in the order in which they are looked at. */
const order = (all: Readonly<Record<string, ConnectionStatus>>): readonly string[] =>
  Object.entries(all)
    .toSorted(([, a], [, b]) => urgency(a, timing, now) - urgency(b, timing, now))
    .map(([name]) => name)

describe('the order', () => {
  it('begins with what would lapse before the next tick, the soonest first, then goes by age', () => {
    expect(
      order({
        young: status({ next: later(-minute) }),
        old: status({ next: later(-3 * hour), expires: later(-2 * hour) }),
        lapsing: status({ expires: later(21 * minute) }),
        'lapsing sooner': status({ expires: later(16 * minute) }),
        unknown: status({ next: undefined }),
        lapsed: status({ next: later(-20 * minute), expires: later(14 * minute) }),
        dying: status({ mode: 'keep-alive', refreshBy: later(minute), next: later(-day) }),
      }),
    ).toEqual(['unknown', 'lapsing sooner', 'dying', 'lapsing', 'old', 'lapsed', 'young'])
  })

  // Readers are promised 15 minutes, and the next look may be 5 + 1 + 2 minutes away.
  it.each([
    [23 * minute, true],
    [23 * minute + 1, false],
    [15 * minute + 1, true],
    [15 * minute, false],
  ])('an access token with %d ms left is ahead of everything: %s', (left, ahead) => {
    expect(urgency(status({ expires: later(left) }), timing, now) < 0).toBe(ahead)
  })

  it.each([
    [8 * minute, true],
    [8 * minute + 1, false],
    [0, false],
  ])('a refresh token that dies in %d ms is ahead of everything: %s', (left, ahead) => {
    expect(urgency(status({ mode: 'keep-alive', refreshBy: later(left) }), timing, now) < 0).toBe(ahead)
  })

  it('a keep-alive connection has no access token to lose', () => {
    expect(urgency(status({ mode: 'keep-alive', expires: later(16 * minute) }), timing, now)).toBe(now - minute)
  })

  it('times that are ahead of the clock say nothing', () => {
    expect(urgency(status({ refreshed: later(3 * minute) }), timing, now)).toBeLessThan(-1e14)
    const failure = sampleState({ failed: later(3 * minute) })
    expect(urgency(status({ failure }), timing, now)).toBeLessThan(-1e14)
    expect(urgency(status({ refreshed: later(2 * minute) }), timing, now)).toBe(now - minute)
  })
})
