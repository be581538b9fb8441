// Random stories from fixed seeds: whole days of many connections, with what the seed says goes wrong.

import { describe, expect, it } from 'vitest'
import { allStories, randomStories } from './search/bounds.ts'
import { randomStory } from './search/random.ts'
import { Tally } from './search/tally.ts'

const stories = allStories ? randomStories : randomStories / 2
const atOnce = 10

const seeds = Array.from({ length: stories / atOnce }, (_, part) => part * atOnce + 1)

describe('random stories', () => {
  const tally = new Tally()

  it.each(seeds)('break no rule (from seed %i)', { timeout: 300_000 }, async (first) => {
    for (let seed = first; seed < first + atOnce; seed++) {
      const story = await randomStory({ seed })
      tally.add(story)
      const { violation } = story
      expect(violation && `npm run simulate -- --seed ${seed}: ${violation.rule}: ${violation.what}`).toBeUndefined()
    }
  })

  it('have gone wrong in every way, and yet no reader has seen too little', () => {
    expect(tally.stories).toBe(stories)
    expect(tally.faults.size).toBeGreaterThanOrEqual(20)
    expect(tally.lowestValidity).toBeGreaterThanOrEqual(15)
    expect(tally.lowestValidity).toBeLessThan(30)
  })
})

it('the same seed is the same story, byte for byte', async () => {
  const [one, other] = [await randomStory({ seed: 7, kept: true }), await randomStory({ seed: 7, kept: true })]
  expect(one.text).toBe(other.text)
  expect(one.text.split('\n').length).toBeGreaterThan(1000)
  expect(one.steps).toBe(other.steps)
})
