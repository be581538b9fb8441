// The stories of the tests, one after another until one breaks a rule: what a mutant is put through.

import { rotations } from '../../lambda/contract.ts'
import { bounds, randomStories } from './search/bounds.ts'
import { explore } from './search/exhaustive.ts'
import { randomStory } from './search/random.ts'
import { scenariosOf } from './search/scenarios.ts'

let stories = 0

/** One line of JSON, and the end. */
const caught = (by: string): never => {
  console.log(JSON.stringify({ by, stories }))
  process.exit()
}

try {
  for (const within of Object.values(bounds)) {
    for (const rotation of rotations) {
      for (const scenario of scenariosOf(rotation)) {
        const explored = await explore({ scenario, rotation, bounds: within })
        stories += explored.stories
        if (explored.found !== undefined) caught(explored.found.violation.rule)
        if (explored.figures.lowestValidity < 15) caught('I5')
        if (rotation === 'reusable' && explored.figures.lost.size > 0) caught('I1')
      }
    }
  }
  for (let seed = 1; seed <= randomStories; seed++) {
    const story = await randomStory({ seed })
    stories++
    if (story.violation !== undefined) caught(story.violation.rule)
    if (story.figures.lowestValidity < 15) caught('I5')
  }
  console.log(JSON.stringify({ stories }))
} catch (error) {
  caught(`a story that cannot be told: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
}
