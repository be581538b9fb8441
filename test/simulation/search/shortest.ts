// The shortest story of a seed that still breaks the same rule, told.

import { type RandomStory, randomStory, type Telling } from './random.ts'
import { shrink } from './shrink.ts'

export interface Shortest {
  readonly story: RandomStory
  /** What has to happen for it. */
  readonly needs: readonly string[]
  readonly runs: number
}

/** With less in its way the same thing may go wrong a little later. */
const later = 6 * 3_600_000

/**
 * @param broken a story that breaks a rule
 * @param around what was between the code and the store in it
 * @param habits which habits of the provider were drawn for it
 */
export const shortest = async (
  broken: RandomStory,
  around?: Telling['around'],
  habits?: Telling['habits'],
): Promise<Shortest> => {
  const { seed, violation, milliseconds } = broken
  const telling = { seed, atMost: milliseconds + later, ...(around && { around }), ...(habits && { habits }) }
  let runs = 0
  const fails = async (only: ReadonlySet<string>): Promise<boolean> => {
    runs++
    return (await randomStory({ ...telling, only })).violation?.rule === violation?.rule
  }
  const needs = await shrink(broken.happened, fails)
  return { story: await randomStory({ ...telling, only: new Set(needs), kept: true }), needs, runs }
}
