// Every order of two writers' calls on one connection within two preemptions, with one call at which a process dies; and
// within one preemption, with one call that goes wrong in any way.

import { describe, expect, it } from 'vitest'
import { rotations } from '../../lambda/contract.ts'
import { bounds } from './search/bounds.ts'
import { explore, type Search } from './search/exhaustive.ts'
import { scenariosOf } from './search/scenarios.ts'

const storyOf = async (search: Search) => {
  const explored = await explore(search)
  const { found } = explored
  expect(found && `${found.story}\nchoices: ${found.choices.join(' ')}`).toBeUndefined()
  return explored
}

describe.each(Object.entries(bounds))('%s', (_, within) => {
  const searches = rotations.flatMap((rotation) =>
    scenariosOf(rotation).map((scenario) => ({ scenario, rotation, bounds: within, name: scenario.name })),
  )

  it.each(searches)('break no rule: $name ($rotation)', { timeout: 120_000 }, async (search) => {
    const { stories, figures } = await storyOf(search)
    expect(stories).toBeGreaterThan(20)
    expect(figures.lowestValidity).toBeGreaterThanOrEqual(15)
    // Nothing of Entra's kind is ever lost; of the other kind only what nobody can keep.
    if (search.rotation === 'reusable') expect([...figures.lost]).toEqual([])
  })
})
