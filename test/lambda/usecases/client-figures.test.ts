// Only a client that a connection uses counts in the figures that the alarms watch.

import { describe, expect, it } from 'vitest'
import { ClientFigures } from '../../../lambda/usecases/client-figures.ts'

const figures = (work: (figures: ClientFigures) => void) => {
  const made = new ClientFigures()
  work(made)
  return { inNeed: made.inNeed, nearestExpiry: made.nearestExpiry }
}
const needs = { expires: 1000, needsPerson: true }
const later = { expires: 2000, needsPerson: false }

describe('a client without connections', () => {
  it('keeps no alarm on, whatever its tags say', () => {
    expect(figures((one) => one.see('left', needs))).toEqual({ inNeed: 0, nearestExpiry: undefined })
    const beside = figures((one) => {
      one.see('left', needs)
      one.see('used', later)
      one.use('used')
      one.use(undefined)
    })
    expect(beside).toEqual({ inNeed: 0, nearestExpiry: 2000 })
  })
})

describe('a client with a connection', () => {
  it.each([
    ['before', ['see', 'use']],
    ['after', ['use', 'see']],
  ] as const)('counts when it is seen %s its connection', (_, order) => {
    const counted = figures((one) => {
      for (const step of order) step === 'see' ? one.see('used', needs) : one.use('used')
    })
    expect(counted).toEqual({ inNeed: 1, nearestExpiry: 1000 })
  })

  it('counts when one of its connections has found it at fault, though the tags of that connection do not name it', () => {
    const counted = figures((one) => {
      one.see('used', later)
      one.needPerson('used')
    })
    expect(counted).toEqual({ inNeed: 1, nearestExpiry: 2000 })
    expect(figures((one) => one.needPerson('never-listed'))).toEqual({ inNeed: 1, nearestExpiry: undefined })
  })

  it('counts no longer when it works again, and its expiry still does', () => {
    const counted = figures((one) => {
      one.see('used', needs)
      one.use('used')
      one.works('used')
      one.works('unknown')
    })
    expect(counted).toEqual({ inNeed: 0, nearestExpiry: 1000 })
  })

  it('gives the nearest expiry of several, and none where none is known', () => {
    const counted = figures((one) => {
      one.see('a', later)
      one.see('b', { expires: undefined, needsPerson: false })
      one.see('c', { expires: 1500, needsPerson: false })
      for (const name of ['a', 'b', 'c']) one.use(name)
    })
    expect(counted.nearestExpiry).toBe(1500)
  })
})
