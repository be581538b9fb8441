// Every order of two writers' calls on one connection within two preemptions, with one call at which a process dies; and
// within one preemption, with one call that goes wrong in any way.

import { expect, it } from 'vitest'
import { allStories } from './search/bounds.ts'
import { type NamedSearch, searches } from './search/everything.ts'
import { explore } from './search/exhaustive.ts'
import { lostBy } from './watchers/i1-no-token-lost.ts'

const all = searches(false)
  .filter(({ rotation, scenario }) => allStories || (rotation === 'single-use' && scenario.connections === undefined))
  .map((search) => ({ ...search, writers: search.scenario.name }))

/** Each is made once, whichever test asks first. */
const explored = new Map<NamedSearch, ReturnType<typeof explore>>()
const exploredOnce = (search: NamedSearch): ReturnType<typeof explore> => {
  const known = explored.get(search) ?? explore(search)
  explored.set(search, known)
  return known
}

it.each(all)('no rule breaks within $name: $writers, $rotation', { timeout: 300_000 }, async (search) => {
  const { stories, figures, found } = await exploredOnce(search)
  expect(found && `${found.story}\nchoices: ${found.choices.join(' ')}`).toBeUndefined()
  expect(stories).toBeGreaterThan(20)
  expect(figures.lowestValidity).toBeGreaterThanOrEqual(15)
  // Nothing of Entra's kind is ever lost; of the other kind only what no one can keep.
  const possible = search.rotation === 'reusable' ? [] : [search.bounds.deadly ? lostBy.death : lostBy.lostAnswer]
  expect(possible).toEqual(expect.arrayContaining([...figures.lost.keys()]))
})

it('a crash between redeem and commit of a single-use refresh token loses a grant, so the search does go there', {
  timeout: 300_000,
}, async () => {
  const refreshers = all.find(
    ({ rotation, bounds, writers }) => rotation === 'single-use' && bounds.deadly && writers === 'two refreshers',
  )
  if (refreshers === undefined) throw new Error('there is no such search')
  const { figures } = await exploredOnce(refreshers)
  expect(figures.lost.get(lostBy.death)).toBeGreaterThan(10)
})
