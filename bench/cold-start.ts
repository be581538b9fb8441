// How long a fresh process takes to the first stored token, beside an empty one and bundles that do the same by hand.

import { coldStart } from '../local/functions/cold-start.ts'
import { besides, type Summary, shown, summarize, tableOf } from './figures.ts'
import type { Place } from './place.ts'

/** @returns the deployed bundle beside that of the SDK alone */
export const measureColdStarts = async ({ standIn, functions, say }: Place, repetitions: number): Promise<Summary> => {
  const { empty, sdkAlone, deployed, msal } = functions
  const measured = [
    { name: 'empty process', options: empty, refreshes: 0 },
    { name: 'SDK alone', options: sdkAlone, refreshes: 1 },
    { name: 'token-refresher', options: deployed, refreshes: 1 },
    ...(msal === undefined ? [] : [{ name: 'SDK + msal-node', options: msal, refreshes: 1 }]),
  ].map((one) => ({ ...one, times: [] as number[] }))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { name, options, refreshes, times } of measured) {
      await standIn.become({ connections: 1 })
      const { milliseconds, invoked } = await coldStart(options, {})
      const { refreshed } = await standIn.report()
      if (refreshed !== refreshes) throw new Error(`${name} stored ${refreshed} tokens: ${JSON.stringify(invoked)}`)
      times.push(milliseconds)
    }
  }
  const timesOf = (wanted: string) => measured.find(({ name }) => name === wanted)?.times ?? []
  const beside = (times: readonly number[]) => besides(times, timesOf('SDK alone'))
  const rows = measured.map(({ name, times }) => [name, shown(summarize(times), 0), shown(beside(times))])
  say(
    `${repetitions} fresh processes each, from their start to the answer\n${tableOf(['', 'ms', '× SDK alone'], rows)}`,
  )
  return beside(timesOf('token-refresher'))
}
