// A contender as a measurement uses it.

import * as v from 'valibot'
import { startAnswering } from '../question.ts'
import type { Contender } from './contenders.ts'

const spent = v.object({ processorMilliseconds: v.number(), wallMilliseconds: v.number() })

/** What some ticks took. */
export type Spent = v.InferOutput<typeof spent>

export interface Running {
  readonly name: Contender
  spend(ticks: number): Promise<Spent>
  stop(): Promise<void>
}

export const startContender = (name: Contender, awsUrl: string): Running => {
  const running = startAnswering(new URL('process.ts', import.meta.url), [name, awsUrl])
  return {
    name,
    spend: async (ticks) => v.parse(spent, await running.ask({ ticks })),
    stop: () => running.stop(),
  }
}
