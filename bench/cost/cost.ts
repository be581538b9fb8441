// Requests and dollars a month, beside Secrets Manager's own rotation with a Lambda function for each secret.

import { defaultTiming, refreshMarginMinutes, renewalEveryMinutes } from '../../lambda/contract.ts'
import { readConfiguration } from '../../lib/settings/configuration.ts'
import { tableOf } from '../figures.ts'
import { countsOfTemplate } from './deployed.ts'
import { type Counts, type Item, together } from './prices.ts'

const hours = 730
const ticks = (hours * 60) / defaultTiming.everyMinutes
/** How long Entra's access tokens live, on average. */
const lifetimeMinutes = 75
/** A month, of a `fresh` connection. */
export const refreshes = Math.round(
  (hours * 60) / (lifetimeMinutes - refreshMarginMinutes(defaultTiming) + defaultTiming.everyMinutes / 2),
)

/** "You can rotate a secret as often as every four hours" (Secrets Manager, user guide). */
const rotations = hours / 4

/** The highest rate of refreshes, per second, that stays below the write quota. */
const refreshesPerSecond = 24.5

/** A month, of the bootstrap function, to look for client secrets that are due. */
const renewalRuns = (hours * 60) / renewalEveryMinutes

/** @param settings as in the context of cdk.json. @default the defaults */
export const countsOfOurs = (connections: number, settings: Readonly<Record<string, unknown>> = {}): Counts => {
  const clients = Math.max(1, Math.ceil(connections / 100))
  const refreshed = refreshes * connections
  const { replicaRegions, clientSecretRenewal } = readConfiguration(settings)
  const copies = replicaRegions?.length ?? 0
  const renewals = clientSecretRenewal === 'on' ? renewalRuns : 0
  return {
    ...countsOfTemplate(settings),
    secrets: (2 + copies) * connections + clients,
    'ListSecrets calls':
      ticks * (Math.ceil(connections / 100) + Math.ceil(clients / 100)) + renewals * Math.ceil(clients / 100),
    // A run reads and describes each client whose secret renews itself: here all of them.
    'other calls of Secrets Manager': 6 * refreshed + 2 * renewals * clients,
    'KMS requests': 4 * refreshed + renewals * clients,
    'Lambda requests': ticks + renewals,
    'Lambda GB-seconds, ARM64': 0.5 * (ticks + renewals + refreshed / refreshesPerSecond),
    'schedule invocations': ticks + renewals,
    'logs, in MB, kept 90 days': ((ticks + renewals) * 1.8 + refreshed * 0.65) / 1000,
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

const requestItems: readonly Item[] = [
  'ListSecrets calls',
  'other calls of Secrets Manager',
  'KMS requests',
  'Lambda requests',
]

const requests = (counts: Counts): number => requestItems.reduce((sum, item) => sum + (counts[item] ?? 0), 0)

export const showCost = (say: (text: string) => void): void => {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const money = (value: number) =>
    `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  const rows = [1, 100, 1000, 20_000].map((connections) => {
    const ours = countsOfOurs(connections)
    const rotation = countsOfRotation(connections)
    return [
      whole(connections),
      whole(requests(ours)),
      money(together(ours)),
      whole(requests(rotation)),
      money(together(rotation)),
    ]
  })
  const head = ['a month', 'requests', 'dollars', 'requests of rotation', 'dollars of rotation']
  say(
    `token-refresher refreshes ${whole(refreshes)} times a month; rotation can ${whole(rotations)} times, every 4 hours,\n` +
      `so that a token of ${lifetimeMinutes} minutes is good ${Math.round((100 * lifetimeMinutes) / 240)} % of the time\n${tableOf(head, rows)}`,
  )
}
