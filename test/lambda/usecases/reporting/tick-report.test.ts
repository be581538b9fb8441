// What a tick has to tell: counts, and the figures that the alarms watch.

import { describe, expect, it } from 'vitest'
import { failureClasses, tags } from '../../../../lambda/contract.ts'
import type { ConnectionStatus, FailureState } from '../../../../lambda/core/tags/status.ts'
import type { Outcome, TokenTimes } from '../../../../lambda/ports.ts'
import { TickReport } from '../../../../lambda/usecases/reporting/tick-report.ts'
import {
  day,
  hour,
  later,
  minute,
  noon,
  sampleFailure,
  sampleRecorded,
  sampleState,
} from '../../../support/core-samples.ts'

const state = (change: Partial<FailureState> = {}): FailureState =>
  sampleState({ failed: later(-minute), since: later(-minute), retry: later(minute), ...change })

/** Refreshed an hour ago, valid for half an hour, due in a minute. */
const status = (change: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  status: 'healthy',
  client: 'sample-client',
  mode: 'fresh',
  refreshed: later(-hour),
  expires: later(30 * minute),
  refreshBy: later(89 * day),
  next: later(minute),
  failure: undefined,
  ...change,
})

const times = (change: Partial<TokenTimes> = {}): TokenTimes => ({
  mode: 'fresh',
  generation: 4,
  refreshedAt: noon,
  expiresAt: later(70 * minute),
  ...change,
})

const failed = (change: Partial<FailureState> | undefined): Outcome => ({
  kind: 'failed',
  failure: sampleFailure(),
  ...(change !== undefined && { recorded: sampleRecorded(change) }),
})

const report = (tell: (report: TickReport) => void) => {
  const one = new TickReport(noon.getTime())
  tell(one)
  return one.summary()
}

const client = ({ name = 'sample-client', expires }: { name?: string; expires?: string | undefined } = {}) => ({
  name,
  tags: expires === undefined ? {} : { [tags.clientSecretExpires]: expires },
})

const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
const due = status({ next: noon })

describe('a tick without connections', () => {
  it('has nothing to tell', () => {
    expect(report(() => {})).toEqual({
      refreshed: 0,
      published: 0,
      fresh: 0,
      failed: {},
      failing: {},
      left: 0,
      connections: 0,
      actionRequired: 0,
      oldestRefreshDays: undefined,
      lowestValidityMinutes: undefined,
      clientSecretDays: undefined,
    })
  })
})

describe('a connection as it is listed', () => {
  it('counts among the connections, and nowhere else until something is known of it', () => {
    for (const change of [{}, { next: noon }, { next: undefined }, { status: 'paused' }] as const) {
      expect(report((one) => one.see(a, status(change)))).toMatchObject({ fresh: 0, left: 0, connections: 1 })
    }
  })

  it.each([
    ['is fresh', {}, 1],
    ['is paused', { status: 'paused' }, 0],
    ['waits after a failure', { status: 'retrying', failure: state() }, 0],
    ['needs a person', { status: 'action-required', failure: state({ status: 'action-required' }) }, 0],
    ['is paused and has failed', { status: 'paused', failure: state() }, 0],
  ] as const)('that is not due and %s (%j) counts as %d fresh', (_, change, fresh) => {
    const summary = report((one) => {
      one.see(a, status(change))
      one.notDue(status(change))
    })
    expect(summary).toMatchObject({ fresh, connections: 1 })
  })

  it('needs a person where its status says so, and not while it is paused', () => {
    const needs = status({ status: 'action-required', failure: state({ status: 'action-required' }) })
    expect(report((one) => one.see(a, needs)).actionRequired).toBe(1)
    expect(report((one) => one.see(a, { ...needs, status: 'paused' })).actionRequired).toBe(0)
    expect(report((one) => one.see(a, { ...needs, status: 'retrying' })).actionRequired).toBe(0)
  })

  it.each([
    ['fresh', {}, 30],
    ['over already', { expires: later(-5 * minute) }, -5],
    ['kept alive', { mode: 'keep-alive' }, undefined],
    ['of a mode that is not known', { mode: undefined }, undefined],
    ['paused', { status: 'paused' }, undefined],
    ['without a time', { expires: undefined }, undefined],
    ['failing', { status: 'retrying', failure: state() }, 30],
  ] as const)('that is %s (%j) has a validity of %s minutes', (_, change, minutes) => {
    expect(report((one) => one.see(a, status(change))).lowestValidityMinutes).toBe(minutes)
  })

  it('ages whether it is paused, kept alive or failing', () => {
    const refreshed = later(-40 * day)
    for (const change of [{ status: 'paused' }, { mode: 'keep-alive' }, { failure: state() }] as const) {
      expect(report((one) => one.see(a, status({ ...change, refreshed }))).oldestRefreshDays).toBe(40)
    }
  })
})

describe('what became of a connection', () => {
  it.each(['refreshed', 'published', 'fresh'] as const)('counts as %s, and its new times count', (kind) => {
    const summary = report((one) => {
      one.see(a, due)
      one.add(a, { kind, times: times() })
    })
    expect(summary).toMatchObject({
      ...{ refreshed: 0, published: 0, fresh: 0, [kind]: 1 },
      connections: 1,
      oldestRefreshDays: 0,
      lowestValidityMinutes: 70,
    })
  })

  it('promises no validity where it is only kept alive', () => {
    const summary = report((one) => {
      one.see(a, due)
      one.add(a, { kind: 'refreshed', times: times({ mode: 'keep-alive' }) })
    })
    expect(summary.lowestValidityMinutes).toBeUndefined()
  })

  it('needs no person any more after a success', () => {
    const summary = report((one) => {
      one.see(a, { ...due, status: 'action-required', failure: state({ status: 'action-required' }) })
      one.add(a, { kind: 'refreshed', times: times() })
    })
    expect(summary.actionRequired).toBe(0)
  })

  it.each(failureClasses)('counts as failed by class: %s', (name) => {
    const summary = report((one) => {
      one.see(a, due)
      one.see(b, due)
      for (const entry of [a, b]) {
        one.add(entry, { kind: 'failed', failure: sampleFailure({ class: name }), recorded: sampleRecorded() })
      }
    })
    expect(summary.failed).toEqual({ [name]: 2 })
  })

  it.each([
    ['needs a person when its failure says so', due, { status: 'action-required' }, 1],
    ['needs none while it is retried', due, { status: 'retrying' }, 0],
    ['stays as it was when the store failed', due, undefined, 0],
    ['stays one that needs a person when the store failed', status({ status: 'action-required' }), undefined, 1],
  ] as const)('%s', (_, seen, change, actionRequired) => {
    const summary = report((one) => {
      one.see(a, seen)
      one.add(a, failed(change))
    })
    expect(summary.actionRequired).toBe(actionRequired)
  })

  it('keeps the times of the listing where it failed', () => {
    const summary = report((one) => {
      one.see(a, due)
      one.add(a, failed({}))
    })
    expect(summary).toMatchObject({ lowestValidityMinutes: 30, oldestRefreshDays: 1 / 24 })
  })

  it.each(['waiting', 'superseded'] as const)('counts nowhere when it is %s', (kind) => {
    const summary = report((one) => {
      one.see(a, due)
      one.add(a, { kind })
    })
    expect(summary).toMatchObject({ refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0, connections: 1 })
  })

  it('counts a failure of a connection that there is not, and no connection', () => {
    const summary = report((one) => one.add(a, failed({ status: 'action-required' })))
    expect(summary).toMatchObject({ failed: { transient: 1 }, connections: 0, actionRequired: 0 })
  })

  it('counts what is left for the next tick', () => {
    const summary = report((one) => {
      for (const entry of [a, b, c]) one.see(entry, due)
      one.leave()
      one.leave()
    })
    expect(summary).toMatchObject({ left: 2, connections: 3 })
  })
})

describe('what was known to need a person before', () => {
  const again = (before: Partial<FailureState> | undefined): Outcome => ({
    kind: 'failed',
    failure: sampleFailure({ class: 'policy' }),
    recorded: {
      ...sampleRecorded({ status: 'action-required', class: 'policy' }),
      before: before && state(before),
    },
  })

  it('counts as failed and no more as failing, so that no alarm starts with each attempt', () => {
    const summary = (before: Partial<FailureState> | undefined) => report((one) => one.add(a, again(before)))
    expect(summary({ status: 'action-required' })).toMatchObject({ failed: { policy: 1 }, failing: {} })
    expect(summary({ status: 'retrying' })).toMatchObject({ failed: { policy: 1 }, failing: { policy: 1 } })
    expect(summary(undefined)).toMatchObject({ failed: { policy: 1 }, failing: { policy: 1 } })
  })
})

describe('a client that no connection uses', () => {
  it('needs no person, and its client secret may expire', () => {
    const needed = status({ failure: state({ status: 'action-required', class: 'client' }) })
    const summary = report((one) => {
      one.seeClient(client({ name: 'unused', expires: later(day).toISOString() }), needed)
      one.seeClient(client({ name: 'used', expires: later(9 * day).toISOString() }), needed)
      one.unused('unused')
    })
    expect(summary).toMatchObject({ actionRequired: 1, clientSecretDays: 9 })
  })
})

describe('a client', () => {
  const needed = status({ failure: state({ status: 'action-required', class: 'client' }) })
  const atFault = (name: string, change: Partial<FailureState> = {}): Outcome => ({
    kind: 'failed',
    failure: sampleFailure({ class: 'client' }),
    recorded: sampleRecorded({ status: 'action-required', class: 'client', ...change }, { room: 'clients', name }),
  })

  it.each([
    ['needs a person', needed, 1],
    ['that is asked less often needs none', status({ status: 'retrying', failure: state({ class: 'throttled' }) }), 0],
    ['in good health needs none', status(), 0],
    [
      'whose failure is over needs none, regardless of what its status tag says',
      status({ status: 'action-required' }),
      0,
    ],
  ])('%s', (_, seen, actionRequired) => {
    expect(report((one) => one.seeClient(client(), seen))).toMatchObject({ actionRequired, connections: 0 })
  })

  it('counts once, however many of its connections have found out', () => {
    const summary = report((one) => {
      one.seeClient(client(), needed)
      for (const entry of [a, b, c]) {
        one.see(entry, due)
        one.add(entry, atFault('sample-client'))
      }
    })
    expect(summary).toMatchObject({ actionRequired: 1, connections: 3, failed: { client: 3 } })
  })

  it('counts as itself, and its connections do not', () => {
    const summary = report((one) => {
      const held = state({ status: 'action-required', class: 'client', concerns: 'held' })
      one.see(a, { ...due, status: 'action-required', failure: held })
      one.add(a, atFault('another-client'))
      one.seeClient(client(), needed)
    })
    expect(summary.actionRequired).toBe(2)
  })

  it('that is not stored counts with each of its connections, for there is nothing else to count', () => {
    const failed = state({ status: 'action-required', class: 'client', code: 'client_not_known' })
    const summary = report((one) => {
      one.see(a, { ...due, status: 'action-required', failure: failed })
      one.see(b, due)
      one.add(b, {
        kind: 'failed',
        failure: sampleFailure(),
        recorded: sampleRecorded(failed, { room: 'grants', name: 'b' }),
      })
    })
    expect(summary.actionRequired).toBe(2)
  })

  it('does not count before it needs a person', () => {
    const summary = report((one) => {
      one.see(a, due)
      one.add(a, atFault('sample-client', { status: 'retrying', class: 'throttled' }))
    })
    expect(summary.actionRequired).toBe(0)
  })

  it('counts no more once it works again', () => {
    const summary = report((one) => {
      one.seeClient(client(), needed)
      one.seeClient(client({ name: 'another-client' }), needed)
      one.clientWorks('sample-client')
      one.clientWorks('unheard-of')
    })
    expect(summary.actionRequired).toBe(1)
  })
})

describe('the figures that the alarms watch', () => {
  it('are those of the worst connection', () => {
    const summary = report((one) => {
      one.see(a, status({ refreshed: later(-2 * day), expires: later(50 * minute) }))
      one.see(b, status({ refreshed: later(-9 * day), expires: later(20 * minute) }))
      one.see(c, status({ refreshed: undefined, expires: undefined }))
    })
    expect(summary).toMatchObject({ connections: 3, oldestRefreshDays: 9, lowestValidityMinutes: 20 })
  })

  it('leave the worst behind once it is refreshed', () => {
    const summary = report((one) => {
      one.see(a, status({ refreshed: later(-2 * day), expires: later(50 * minute) }))
      one.see(b, { ...due, refreshed: later(-9 * day), expires: later(-minute) })
      one.add(b, { kind: 'refreshed', times: times() })
    })
    expect(summary).toMatchObject({ oldestRefreshDays: 2, lowestValidityMinutes: 50 })
  })

  it.each([
    ['the nearest', [later(60 * day), later(7 * day), later(30 * day)], 7],
    ['one that is past', [later(60 * day), later(-3 * day)], -3],
    ['today', [noon], 0],
    ['the only one', [undefined, later(2 * day)], 2],
  ])('of client secrets are %s', (_, times, days) => {
    const summary = report((one) => {
      for (const [index, time] of times.entries()) {
        one.seeClient(client({ name: `client-${index}`, expires: time?.toISOString() }), status())
      }
    })
    expect(summary.clientSecretDays).toBe(days)
  })

  it.each([undefined, '', 'never'])('take no notice of an expiry of %j', (expires) => {
    expect(report((one) => one.seeClient(client({ expires }), status())).clientSecretDays).toBeUndefined()
  })
})
