// A tick that has more to do than it can, and ticks that have nothing to do.

import { quotas } from '../lambda/usecases/limits/rate-limited-store.ts'
import { readAnswer, type Watched, watch } from './bundles/watched.ts'
import { besides, type Summary, shown, summarize, tableOf } from './figures.ts'
import type { Place } from './place.ts'

const storeMilliseconds = 15
const providerMilliseconds = 150

export interface FullTick {
  /** Of the writes that the quota allows in the time from the first to the last. */
  readonly share: number
  readonly mostInASecond: number
  readonly throttled: number
  readonly peakMegabytes: number
}

export const measureFullTick = async (
  { standIn, functions, say }: Place,
  connections: number,
  timeoutSeconds: number,
): Promise<FullTick> => {
  await standIn.become({ connections, storeMilliseconds, providerMilliseconds, quotas: true })
  const [seen] = await watch({ ...functions.deployed, timeoutSeconds }, [{}])
  if (seen === undefined) throw new Error('the function was not invoked')
  const { writes, throttled, refreshed } = await standIn.report()
  const answer = readAnswer(seen)
  if (answer.refreshed !== refreshed) throw new Error(`${answer.refreshed} told, ${refreshed} are stored`)
  const share = (writes.count - 1) / (writes.milliseconds / 1000) / quotas.write
  const { peakMegabytes, processorMilliseconds, milliseconds } = seen
  const rows = [
    ['connections refreshed, and left to the next tick', `${answer.refreshed}, ${answer.left}`],
    ['share of the write quota', `${(100 * share).toFixed(1)} %`],
    ['the most writes in any second', `${writes.mostInASecond} of ${quotas.write}`],
    ['throttled calls', String(throttled)],
    ['seconds', (milliseconds / 1000).toFixed(0)],
    ['of which processor', (processorMilliseconds / 1000).toFixed(1)],
    ['MB at the most', peakMegabytes.toFixed(0)],
  ]
  const title = `${connections} connections, all due, in an invocation of ${timeoutSeconds} seconds`
  say(
    `${title}; store ${storeMilliseconds} ms, provider ${providerMilliseconds} ms\n${tableOf(['a full tick', ''], rows)}`,
  )
  return { share, throttled, peakMegabytes, mostInASecond: writes.mostInASecond }
}

/** @returns processor time of the deployed function beside the SDK's own that lists the same, in processes that have run before */
export const measureQuietTicks = async (
  { standIn, functions, say }: Place,
  connections: number,
  repetitions: number,
): Promise<Summary> => {
  const run = async (name: 'deployed' | 'sdkAlone', event: object): Promise<readonly Watched[]> => {
    await standIn.become({ connections, due: 0, storeMilliseconds, quotas: true })
    const seen = await watch(functions[name], [event, ...new Array(repetitions).fill(event)])
    const { calls, throttled, tokenRequests } = await standIn.report()
    const others = Object.keys(calls).filter((operation) => operation !== 'ListSecrets')
    if (others.length > 0 || throttled > 0 || tokenRequests > 0) throw new Error(`more than a list: ${others}`)
    return seen.slice(1)
  }
  const alone = await run('sdkAlone', { listOnly: true })
  const ours = await run('deployed', {})
  const row = (name: string, seen: readonly Watched[]) => [
    name,
    shown(summarize(seen.map(({ waitingShare }) => 100 * waitingShare)), 1),
    shown(summarize(seen.map(({ milliseconds }) => milliseconds)), 0),
    shown(summarize(seen.map(({ processorMilliseconds }) => processorMilliseconds)), 0),
  ]
  const head = ['a quiet tick', '% waiting', 'ms', 'processor ms']
  const rows = [row('the SDK alone, listing the same', alone), row('token-refresher', ours)]
  const title = `${connections} connections, none due, list calls only; store ${storeMilliseconds} ms; ${repetitions} ticks`
  say(`${title}\n${tableOf(head, rows)}`)
  const processor = (seen: readonly Watched[]) => seen.map(({ processorMilliseconds }) => processorMilliseconds)
  return besides(processor(ours), processor(alone))
}
