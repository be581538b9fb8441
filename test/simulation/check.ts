// The stories of the tests, one after another until one breaks a rule: what a mutant is put through.

import { randomStories } from './search/bounds.ts'
import { type NamedSearch, searches } from './search/everything.ts'
import { explore } from './search/exhaustive.ts'
import { randomStory } from './search/random.ts'
import type { Figures } from './watchers/watcher.ts'

let stories = 0

/** One line of JSON, and the end. */
const caught = (by: string): never => {
  console.log(JSON.stringify({ by, stories }))
  process.exit()
}

const leastValidity = 15

const judge = (broken: string | undefined, { lowestValidity }: Figures): void => {
  if (broken !== undefined) caught(broken)
  if (lowestValidity < leastValidity) caught('I5')
}

const searchAll = async (search: NamedSearch): Promise<void> => {
  const { found, figures, stories: told } = await explore(search)
  stories += told
  judge(found?.violation.rule, figures)
  if (search.rotation === 'reusable' && figures.lost.size > 0) caught('I1')
}

const runRandomStory = async (seed: number): Promise<void> => {
  const { violation, figures } = await randomStory({ seed })
  stories++
  judge(violation?.rule, figures)
}

try {
  const all = searches(false)
  // In turn, so that what either of them sees at once is seen at once.
  for (let turn = 0; turn < Math.max(all.length, randomStories); turn++) {
    const search = all[turn]
    if (search !== undefined) await searchAll(search)
    if (turn < randomStories) await runRandomStory(turn + 1)
  }
  console.log(JSON.stringify({ stories }))
} catch (error) {
  caught(`a story that cannot be reported: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
}
