// The most memory that the deployed function takes, with few connections and with many. How much a process takes grows
// with what it has done, for V8 clears up only when it must: so beside the first tick stands a process that has listed
// as many pages as one tick of the largest deployment does.

import { readAnswer, watch } from './bundles/watched.ts'
import { besides, type Summary, shown, summarize, tableOf } from './figures.ts'
import type { Place } from './place.ts'

/** So many are due, or all where there are fewer. */
const due = 100

interface Extent {
  readonly sizes: readonly number[]
  readonly repetitions: number
  /** Listed by a process that has worked. */
  readonly pages: number
}

type Peaks = ReadonlyMap<number, { readonly first: number[]; readonly worked: number[] }>

/** @returns the most in a first tick, and in a process that has worked, beside the smallest number of connections */
export const measureMemory = async (place: Place, { sizes, repetitions, pages }: Extent) => {
  const peaks: Peaks = new Map(sizes.map((size) => [size, { first: [], worked: [] }]))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [connections, { first, worked }] of peaks) {
      const seen = await ticksOf(place, connections, pages)
      first.push(seen.first)
      worked.push(seen.worked)
    }
  }
  const beside = (size: number, key: 'first' | 'worked'): Summary =>
    besides(peaks.get(size)?.[key] ?? [], [...peaks.values()][0]?.[key] ?? [])
  const rows = [...peaks].map(([size, { first, worked }]) => [
    String(size),
    shown(summarize(first), 0),
    shown(beside(size, 'first')),
    shown(summarize(worked), 0),
    shown(beside(size, 'worked')),
  ])
  const head = ['connections', 'MB, first tick', `× ${sizes[0]}`, `MB, ${pages} pages listed`, `× ${sizes[0]}`]
  place.say(`${repetitions} fresh processes each, ${due} connections due, at the most\n${tableOf(head, rows)}`)
  const largest = sizes.at(-1) ?? 0
  return { largest, first: beside(largest, 'first'), worked: beside(largest, 'worked') }
}

const ticksOf = async ({ standIn, functions }: Place, connections: number, pages: number) => {
  const isDue = Math.min(due, connections)
  // Ticks follow each other at once here, and not minutes apart: with an answer in no time they would exceed the quota of lists.
  await standIn.become({ connections, due: isDue, quotas: true, storeMilliseconds: 15 })
  const ticks = Math.ceil(pages / Math.ceil(1 + connections / 100))
  const seen = await watch(
    functions.deployed,
    Array.from({ length: ticks }, () => ({})),
  )
  const [begun] = seen
  const ended = seen.at(-1)
  if (begun === undefined || ended === undefined) throw new Error('the function was not invoked')
  const { refreshed, left } = readAnswer(begun)
  if (refreshed !== isDue) throw new Error(`${refreshed} of ${isDue} refreshed, ${left} left`)
  return { first: begun.peakMegabytes, worked: ended.peakMegabytes }
}
