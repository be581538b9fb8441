// The process of one contender: refreshes everything as often as it is asked to, and tells what that took.

import * as v from 'valibot'
import { answerQuestions } from '../question.ts'
import { contender, tickOf } from './contenders.ts'
import type { Spent } from './start.ts'

const [name, awsUrl = ''] = process.argv.slice(2)
const tick = await tickOf(v.parse(contender, name), awsUrl)

const question = v.object({ ticks: v.number() })

answerQuestions(async (asked): Promise<Spent> => {
  const { ticks } = v.parse(question, asked)
  globalThis.gc?.()
  const processor = process.cpuUsage()
  const began = performance.now()
  for (let done = 0; done < ticks; done++) await tick()
  const wall = performance.now() - began
  const { user, system } = process.cpuUsage(processor)
  return { processorMilliseconds: (user + system) / 1000, wallMilliseconds: wall }
})
