// Requests and dollars a month, beside Secrets Manager's own rotation with a Lambda function for each secret. Prices
// are those of the table in docs/reference/cost.md.

import { readFileSync } from 'node:fs'
import { defaultTiming, refreshMarginMinutes } from '../lambda/contract.ts'
import { tableOf } from './figures.ts'

const hours = 730
const ticks = (hours * 60) / defaultTiming.everyMinutes
/** How long Entra's access tokens live, on average. */
const lifetimeMinutes = 75
const refreshes =
  (hours * 60) / (lifetimeMinutes - refreshMarginMinutes(defaultTiming) + defaultTiming.everyMinutes / 2)

/** "You can rotate a secret as often as every four hours" (Secrets Manager, user guide). */
const rotations = hours / 4

/** How many a month, by the name that docs/reference/cost.md gives what is paid for. */
type Counts = Readonly<Record<string, number>>

export const countsOfOurs = (connections: number): Counts => {
  const clients = Math.max(1, Math.ceil(connections / 100))
  const refreshed = refreshes * connections
  return {
    secrets: 2 * connections + clients,
    'ListSecrets calls': ticks * (Math.ceil(connections / 100) + Math.ceil(clients / 100)),
    'other calls of Secrets Manager': 6 * Math.round(refreshes) * connections,
    'KMS keys': 2,
    'KMS requests': 4 * Math.round(refreshes) * connections,
    'Lambda requests': ticks,
    'Lambda GB-seconds, ARM64': 0.5 * (ticks + refreshed / 24.5),
    'schedule invocations': ticks,
    'CloudWatch metrics': 7,
    'CloudWatch alarm metrics': 23,
    'CloudWatch dashboards': 1,
    'logs, in MB, kept 90 days': (ticks * 1.8 + refreshed * 0.65) / 1000,
  }
}

/**
 * AWS's template of a rotation function is called four times for a rotation, with eleven calls of Secrets Manager: one
 * DescribeSecret each time and another at the end, five reads and writes of values, one move of a label. Assumed: half
 * a second each with 256 MB, four KMS requests; nothing that watches it.
 */
export const countsOfRotation = (connections: number): Counts => {
  const rotated = rotations * connections
  return {
    secrets: connections,
    'other calls of Secrets Manager': 11 * rotated,
    'KMS keys': 1,
    'KMS requests': 4 * rotated,
    'Lambda requests': 4 * rotated,
    'Lambda GB-seconds, ARM64': 4 * 0.5 * 0.25 * rotated,
  }
}

/** Dollars for one, by name. */
export const readPrices = (page: string): ReadonlyMap<string, number> => {
  const rows = page.matchAll(/^\| ([^|]+) \| \$([\d.]+) (?:each|per ([\d,]+))[^|]*\|/gm)
  return new Map(
    [...rows].map(([, name = '', price, per = '1']) => [name, Number(price) / Number(per.replaceAll(',', ''))]),
  )
}

export const dollars = (counts: Counts, prices: ReadonlyMap<string, number>): number =>
  Object.entries(counts).reduce((sum, [name, count]) => {
    const price = prices.get(name)
    if (price === undefined) throw new Error(`docs/reference/cost.md has no price of ${name}`)
    return sum + count * price
  }, 0)

const requestNames = ['ListSecrets calls', 'other calls of Secrets Manager', 'KMS requests', 'Lambda requests']

const requests = (counts: Counts): number => requestNames.reduce((sum, name) => sum + (counts[name] ?? 0), 0)

export const showCost = (say: (text: string) => void): void => {
  const prices = readPrices(readFileSync(new URL('../docs/reference/cost.md', import.meta.url), 'utf8'))
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const money = (value: number) =>
    `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  const rows = [1, 100, 1000, 20_000].map((connections) => {
    const ours = countsOfOurs(connections)
    const rotation = countsOfRotation(connections)
    return [
      whole(connections),
      whole(requests(ours)),
      money(dollars(ours, prices)),
      whole(requests(rotation)),
      money(dollars(rotation, prices)),
    ]
  })
  const head = ['a month', 'requests', 'dollars', 'requests of rotation', 'dollars of rotation']
  say(
    `token-refresher refreshes ${whole(refreshes)} times a month; rotation can ${whole(rotations)} times, every 4 hours,\n` +
      `so that a token of ${lifetimeMinutes} minutes is good ${Math.round((100 * lifetimeMinutes) / 240)} % of the time\n${tableOf(head, rows)}`,
  )
}
