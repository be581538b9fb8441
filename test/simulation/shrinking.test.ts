// A story that fails is reported at its shortest: with what it takes, and nothing else.

import { expect, it } from 'vitest'
import type { SecretStore } from '../../lambda/ports.ts'
import type { Process } from './engine/process.ts'
import { Choices } from './search/choices.ts'
import { randomStory } from './search/random.ts'
import { shortest } from './search/shortest.ts'
import { shrink } from './search/shrink.ts'

it('leaves what is needed of many things that happened', async () => {
  const happened = Array.from({ length: 200 }, (_, number) => `thing ${number}`)
  const needed = ['thing 3', 'thing 77', 'thing 199']
  let runs = 0
  const kept = await shrink(happened, async (only) => {
    runs++
    return needed.every((one) => only.has(one))
  })
  expect(kept).toEqual(needed)
  expect(runs).toBeLessThan(200)
})

it('leaves nothing when nothing is needed', async () => {
  expect(await shrink(['a', 'b', 'c'], async () => true)).toEqual([])
})

it('leaves everything when everything is needed', async () => {
  expect(await shrink(['a', 'b', 'c'], async (only) => only.size === 3)).toEqual(['a', 'b', 'c'])
})

it('goes every way through a tree of choices once', () => {
  const seen: string[] = []
  for (let path: readonly number[] | undefined = []; path !== undefined; ) {
    const choices = new Choices(path)
    const first = choices.choose(['a', 'b', 'c'])
    const second = first === 'b' ? choices.choose(['x', 'y']) : choices.choose(['only'])
    seen.push(`${first}${second}`)
    path = choices.next()
  }
  expect(seen).toEqual(['aonly', 'bx', 'by', 'conly'])
})

/** A store that takes a version id twice: nothing keeps two writers apart any more. */
const forgetful = (store: SecretStore, process: Process): SecretStore => {
  let forged = 1000 + (process.startedAt % 9000)
  return {
    ...store,
    put: async (write, stage) => {
      const answer = await store.put(write, stage)
      if (answer === 'written') return answer
      return store.put({ ...write, versionId: `${write.versionId.slice(0, -4)}${forged++}` }, stage)
    },
  }
}

it('tells a story that fails over a broken port with a few things of the many that happened', async () => {
  for (let seed = 1; ; seed++) {
    const broken = await randomStory({ seed, around: forgetful })
    if (broken.violation?.rule !== 'I4' || broken.happened.length < 20) continue
    const { story, needs } = await shortest(broken, forgetful)
    expect(story.violation?.rule).toBe('I4')
    expect(needs.length).toBeLessThan(broken.happened.length / 2)
    expect(story.text).toContain('I4 is broken')
    return
  }
})
