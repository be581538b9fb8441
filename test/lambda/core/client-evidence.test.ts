// What a client's connections say for and against it.

import { describe, expect, it } from 'vitest'
import { ClientEvidence } from '../../../lambda/core/client-evidence.ts'
import type { ConnectionStatus, FailureState } from '../../../lambda/core/tags/status.ts'
import { later, minute, noon, sampleState } from '../../support/core-samples.ts'

const status = (refreshed: Date | undefined, failure?: Partial<FailureState>): ConnectionStatus => {
  const state = failure && sampleState(failure)
  return {
    status: state?.status ?? 'healthy',
    client: 'sample-client',
    mode: 'fresh',
    refreshed,
    expires: undefined,
    refreshBy: undefined,
    next: undefined,
    failure: state,
  }
}

const now = noon.getTime()
const ago = (minutes: number): Date => later(-minutes * minute)
const refused = (minutes: number) => ({ class: 'client', concerns: 'client', since: ago(minutes) }) as const

const seeing = (...all: readonly (readonly [string, ConnectionStatus])[]): ClientEvidence => {
  const evidence = new ClientEvidence()
  for (const [name, one] of all) evidence.see(name, one, now)
  return evidence
}

const names = (evidence: ClientEvidence): readonly string[] => evidence.standing.map(({ connection }) => connection)

describe('refusals', () => {
  it('stand, the first one first, until a connection is refreshed after them', () => {
    const evidence = seeing(
      ['a', status(ago(60), refused(10))],
      ['b', status(ago(70), refused(20))],
      ['c', status(ago(30))],
    )
    expect(names(evidence)).toEqual(['b', 'a'])
    evidence.refreshed(ago(15).getTime())
    expect(names(evidence)).toEqual(['a'])
    expect([evidence.isAlone(ago(20).getTime()), evidence.isAlone(ago(10).getTime())]).toEqual([true, false])
  })

  it('stand against a refresh at the same moment, and not against one a moment later', () => {
    const evidence = seeing(['a', status(undefined, refused(10))])
    evidence.refreshed(ago(10).getTime())
    expect(names(evidence)).toEqual(['a'])
    evidence.refreshed(ago(10).getTime() + 1)
    expect(names(evidence)).toEqual([])
  })

  it.each([
    ['of the connection alone', { class: 'policy', concerns: 'connection' }, false],
    ['that its client’s fault holds up', { class: 'client', concerns: 'held' }, false],
    ['for the client’s sake', { class: 'client', concerns: 'client' }, true],
    ['with an unknown code', { class: 'refused', concerns: 'connection' }, true],
    ['with an unknown code that its client’s fault holds up', { class: 'refused', concerns: 'held' }, false],
    ['that may pass', { class: 'transient', concerns: 'connection' }, false],
  ] as const)('count against the client where they are %s: %j', (_, failure, counts) => {
    expect(names(seeing(['a', status(undefined, { ...failure, since: ago(5) })]))).toEqual(counts ? ['a'] : [])
  })

  it('are one of each connection, its newest', () => {
    const evidence = seeing(['a', status(undefined, refused(10))])
    evidence.refuse('a', ago(5).getTime())
    expect(evidence.standing).toEqual([{ connection: 'a', since: ago(5).getTime() }])
  })

  it('need not all be kept: the newest three decide as well as all', () => {
    const evidence = seeing(...[5, 4, 3, 2, 1].map((age) => [`r${age}`, status(undefined, refused(age))] as const))
    expect(names(evidence)).toEqual(['r3', 'r2', 'r1'])
  })
})

describe('connections', () => {
  it('count unless they are paused', () => {
    const evidence = seeing(
      ['a', status(ago(5))],
      ['b', { ...status(ago(1), refused(3)), status: 'paused' }],
      ['c', status(undefined, refused(2))],
    )
    expect(evidence.connections).toBe(2)
    expect(evidence.refreshedAt).toBe(ago(5).getTime())
    expect(names(evidence)).toEqual(['c'])
    expect(evidence.witnesses()).toEqual(['a', 'c'])
  })

  it.each([
    [2 * minute, true],
    [2 * minute + 1, false],
  ])('refreshed %d ms ahead of the clock are believed: %j', (ahead, believed) => {
    const refreshedAt = later(ahead)
    const evidence = seeing(['a', status(refreshedAt)])
    expect(evidence.refreshedAt).toBe(believed ? refreshedAt.getTime() : Number.NEGATIVE_INFINITY)
  })

  it('that were never refused are the best witnesses, then the one whose attempt is oldest', () => {
    const evidence = seeing(
      ['own', status(ago(1), { class: 'policy', concerns: 'connection' })],
      ['refused', status(ago(2), { ...refused(1), failed: ago(6) })],
      ['old', status(ago(9))],
      ['held', status(ago(8), { class: 'client', concerns: 'held', failed: ago(1) })],
    )
    expect(evidence.witnesses()).toEqual(['old', 'refused', 'held'])
    expect(evidence.witnesses(2)).toEqual(['old'])
    evidence.see('new', status(ago(3)), now)
    expect(evidence.witnesses()).toEqual(['new', 'old', 'refused'])
  })

  it('with a doubtful client tag count, and show no refresh', () => {
    const evidence = seeing(['a', { ...status(ago(1)), doubtful: true }], ['b', status(undefined, refused(5))])
    expect([evidence.connections, names(evidence), evidence.witnesses()]).toEqual([2, ['b'], ['b', 'a']])
  })

  it('that were never refreshed are witnesses too', () => {
    expect(seeing(['a', status(undefined)], ['b', status(undefined)]).witnesses()).toEqual(['a', 'b'])
  })
})
