// A function that also tells what it has taken of its process. Its bundle stays as it is; a few lines stand before it.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { BareFunction, type BareFunctionOptions } from '../../local/functions/bare-function.ts'

const watcher = `
const { handler } = require('./function.js')
const { performance } = require('node:perf_hooks')
exports.handler = async (event, context) => {
  const loop = performance.eventLoopUtilization()
  const processor = process.cpuUsage()
  const began = performance.now()
  const answer = await handler(event, context)
  const milliseconds = performance.now() - began
  const { user, system } = process.cpuUsage(processor)
  return {
    answer: answer ?? null,
    milliseconds,
    processorMilliseconds: (user + system) / 1000,
    waitingShare: 1 - performance.eventLoopUtilization(loop).utilization,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }
}
`

const watched = v.object({
  answer: v.unknown(),
  milliseconds: v.number(),
  processorMilliseconds: v.number(),
  /** Of the time, how much its event loop had nothing to do. */
  waitingShare: v.number(),
  /** Since the process was started. */
  peakMegabytes: v.number(),
})

export type Watched = v.InferOutput<typeof watched>

const refreshAnswer = v.object({ refreshed: v.number(), fresh: v.number(), left: v.number() })

export const readAnswer = ({ answer }: Watched) => v.parse(refreshAnswer, answer)

/** Invokes the function in one process, once for each event. */
export const watch = async (options: BareFunctionOptions, events: readonly object[]): Promise<readonly Watched[]> => {
  const asset = mkdtempSync(join(tmpdir(), 'token-refresher-watched-'))
  cpSync(join(options.asset, 'index.js'), join(asset, 'function.js'))
  writeFileSync(join(asset, 'index.js'), watcher)
  const bare = await BareFunction.start({ ...options, asset })
  try {
    const seen: Watched[] = []
    for (const event of events) {
      const invoked = await bare.invoke(event)
      if (!('answer' in invoked)) throw new Error(`${invoked.errorType}: ${invoked.errorMessage}`)
      seen.push(v.parse(watched, invoked.answer))
    }
    return seen
  } finally {
    await bare.stop()
    rmSync(asset, { recursive: true })
  }
}
