// A tick dies before or after each of its calls: the next ticks find everything as it has to be.

import { describe, expect, it } from 'vitest'
import { Crash, dying, type Embedded, embedded, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

type Rotation = 'reusable' | 'single-use'

/** A connection whose tick comes as late as it may: just within a period of the schedule after it was due. */
const due = async (rotation: Rotation) => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a', { rotation, publish: 'connection_values' })
  e.clock.moveTo((e.status('a').next?.getTime() ?? 0) + 4.9 * minute)
  return e
}

const validity = (e: Embedded) =>
  (Date.parse(String(e.current('connections', 'a').json.expires_at)) - e.clock.now()) / minute

const callsOf = async (rotation: Rotation) => {
  const e = await due(rotation)
  const { refresh, calls } = dying(e.dependencies, Number.POSITIVE_INFINITY, 'before')
  await refresh()
  return calls
}

/** A claim on a single-use refresh token is void after ten minutes; what is lost by that is still not a lapse. */
const leastValidity = { reusable: 15, 'single-use': 5 } as const

describe.each(['reusable', 'single-use'] as const)('a tick with %s refresh tokens', (rotation) => {
  it('calls what is expected of it', async () => {
    const claim = rotation === 'single-use' ? ['put'] : []
    expect(await callsOf(rotation)).toEqual(['list', 'list', 'readTogether', ...claim, 'redeem', 'put', 'put', 'tag'])
  })

  it.each(['before', 'after'] as const)('that dies %s any one of its calls loses nothing', async (when) => {
    const calls = await callsOf(rotation)
    const wrong: Record<string, unknown> = {}
    for (const [at, call] of calls.entries()) {
      const e = await due(rotation)
      await expect(dying(e.dependencies, at, when).refresh()).rejects.toThrow(Crash)
      let lowest = validity(e)
      let seen = Number(e.current('connections', 'a').json.generation)
      let backward = false
      for (let ticks = 0; ticks < 4; ticks++) {
        await e.tickAfter(5)
        const generation = Number(e.current('connections', 'a').json.generation)
        backward ||= generation < seen
        seen = generation
        lowest = Math.min(lowest, validity(e))
      }
      const problems = e.problems('a')
      if (problems.length > 0 || backward || seen < 2 || lowest < leastValidity[rotation]) {
        wrong[`${when} ${at} ${call}`] = { problems, backward, seen, lowest }
      }
    }
    expect(wrong).toEqual({})
  })

  it('that dies after the token request spends one more at most, and no version', async () => {
    const e = await due(rotation)
    const redeem = (await callsOf(rotation)).indexOf('redeem')
    await expect(dying(e.dependencies, redeem, 'after').refresh()).rejects.toThrow(Crash)
    for (let ticks = 0; ticks < 4; ticks++) await e.tickAfter(5)
    expect(e.refreshRequests()).toBe(2)
    expect(e.current('grants', 'a').json.generation).toBe(2)
    expect(e.secret('grants', 'a').versions.size).toBe(rotation === 'single-use' ? 4 : 2)
  })
})

it('goes on with the others in the next tick when the process died at one connection', async () => {
  const e = await embedded({ reach: withoutNetwork })
  for (const name of ['a', 'b', 'c']) await e.connect(name)
  e.clock.advance(90 * minute)
  await expect(dying(e.dependencies, 3, 'before').refresh()).rejects.toThrow(Crash)
  await e.tickAfter(5)
  for (const name of ['a', 'b', 'c']) expect(e.problems(name)).toEqual([])
})
