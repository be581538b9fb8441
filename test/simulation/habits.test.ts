// Habits of the provider in random stories: all of them are drawn, each can be switched off, and a story stays the same.

import { expect, it } from 'vitest'
import { Draw } from './engine/draw.ts'
import { randomStories } from './search/bounds.ts'
import { allHabits, drawnHabits, habitsOf } from './search/habits.ts'
import { randomStory } from './search/random.ts'
import { swarmOf } from './search/swarm.ts'
import { allOddities } from './world/oddities.ts'
import { providerFates } from './world/token-endpoint.ts'

const seeds = Array.from({ length: randomStories }, (_, number) => number + 1)
const namesOf = (seed: number, among = drawnHabits) => habitsOf(new Draw(seed), among).names

it('the stories of the tests draw every habit, and many of them none', () => {
  const drawn = seeds.map((seed) => namesOf(seed))
  expect(new Set(drawn.flat())).toEqual(new Set(drawnHabits))
  expect(drawn.filter((names) => names.length === 0).length).toBeGreaterThan(randomStories / 3)
})

it.each(allHabits)('without "%s" only the stories that had it are others', (name) => {
  const others = allHabits.filter((one) => one !== name)
  for (const seed of seeds) {
    const before = swarmOf(new Draw(seed), allHabits)
    if (!before.habits.names.includes(name)) expect(swarmOf(new Draw(seed), others)).toEqual(before)
  }
})

it('habits alone have nothing else go wrong', () => {
  const alone = seeds.map((seed) => swarmOf(new Draw(seed))).filter(({ habits }) => habits.alone)
  expect(alone.length).toBeGreaterThan(5)
  for (const { faults, deeds, deaths, skews, delays, habits } of alone) {
    const others = [...faults].filter(([name, rate]) => rate > 0 && !habits.fates.has(name))
    const done = [...deeds].filter(([, daily]) => daily > 0)
    expect({ others, done, deaths, skews, delays }).toEqual({ others: [], done: [], deaths: 0, skews: 0, delays: 0 })
  }
})

it('no odd answer has the name of another fate', () => {
  const names = [...Object.values(providerFates), ...allOddities.map(({ name }) => name)]
  expect(new Set(names).size).toBe(names.length)
})

it('a story with a habit is the same, byte for byte, and has odd answers in it', async () => {
  const telling = { seed: 1, habits: ['odd answers'], kept: true } as const
  const swarms = Array.from({ length: 200 }, (_, seed) => ({ seed, swarm: swarmOf(new Draw(seed), ['odd answers']) }))
  const { seed = 0 } = swarms.find(({ swarm }) => swarm.habits.alone && swarm.connections > 2 && swarm.days > 2) ?? {}
  const [one, other] = [await randomStory({ ...telling, seed }), await randomStory({ ...telling, seed })]
  expect(one.text).toBe(other.text)
  expect(one.faults.get('odd answer')).toBeGreaterThan(0)
})
