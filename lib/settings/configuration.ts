// From the context of cdk.json and `-c key=value` to one readonly configuration, or one message with every problem.
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  defaultPrefix,
  defaultTiming,
  defaultTokenEndpointHosts,
  shortestDefaultLifetimeMinutes,
  shortestFreshLifetimeMinutes,
  type Timing,
} from '../../lambda/contract.ts'
import { nearest } from './did-you-mean.ts'
import { agingDays, longestPeriodMinutes, shortestPeriodMinutes } from './limits.ts'
import { type AlarmChoice, type Option, options, type Setting, settings } from './schema.ts'

/** All settings, checked. */
export interface Configuration extends Timing {
  /** First part of every name. @default 'token-refresher' */
  readonly prefix: string
  /** The address that receives alarms by e-mail. @default none */
  readonly alarmEmail: string | undefined
  /** Schedules that divide the connections among themselves. @default 1 */
  readonly shards: number
  /** Concurrent runs of the refresher that Lambda sets aside. @default off: new accounts cannot reserve any */
  readonly reservedConcurrency: number | undefined
  /** Hosts to which user names, passwords, client secrets and tokens may be sent. @default Microsoft's */
  readonly tokenEndpointHosts: readonly string[]
  /** KMS key of logins, clients and grants from an earlier deployment. @default a new key */
  readonly privateKeyArn: string | undefined
  /** KMS key of published secrets. @default the account's aws/secretsmanager key */
  readonly publishedKeyArn: string | undefined
  /** Regions that published secrets are copied to. @default none */
  readonly replicaRegions: readonly string[] | undefined
  /** Which alarms are made. @default all */
  readonly alarms: AlarmChoice
  /** Whether there is a dashboard. Off: the metrics that only the dashboard shows are not written either. @default on */
  readonly dashboard: 'on' | 'off'
  /** Where the runbook can be read; `#heading` is added. @default docs/runbook.md, a path in this repository */
  readonly runbookUrl: string | undefined
  /** @default 90: the lifetime of an unused refresh token, so that the log covers each token that still works */
  readonly logRetentionDays: RetentionDays
  /** Whether there is a page where the owner of an account signs in by a link. @default off */
  readonly signIn: 'on' | 'off'
  /** Reserved concurrency of that page, which is also its maximum. @default 5 */
  readonly signInConcurrency: number | 'off'
  /** Address of that page where it is behind an HTTP API; there is no function URL then. @default the function URL */
  readonly signInUrl: string | undefined
  /** Whether the functions may request web identity tokens, for clients without a client secret. @default off */
  readonly webIdentity: 'on' | 'off'
  /** Whether the bootstrap function may renew client secrets at Microsoft, and looks every hour which are due. @default off */
  readonly clientSecretRenewal: 'on' | 'off'
  /** Id of the VPC that the functions run in. @default off */
  readonly vpc: string | undefined
}

/** Raised at synth. The message names every problem, with what was given and what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    super(`Configuration refused, ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/**
 * Reads the settings from a context: the app's `node.getAllContext()`, or an object with some of the settings.
 *
 * @throws ConfigurationError with all problems at once.
 */
export const readConfiguration = (context: Readonly<Record<string, unknown>>): Configuration => {
  const given = new Map(
    Object.entries(context).filter(([name, value]) => !isOfTheCdk(name) && value !== undefined && value !== null),
  )
  const problems = [...given].filter(([name]) => !settings.includes(name)).map(unknownSetting)
  const take = <T>(name: Setting, option: Option<T>): T | undefined => {
    if (!given.has(name)) return undefined
    const value = option.read(given.get(name))
    if (value === undefined) problems.push(`${name}: given ${shown(given.get(name))}; allowed: ${option.allowed}.`)
    return value
  }
  const configuration = {
    prefix: take('prefix', options.prefix) ?? defaultPrefix,
    alarmEmail: take('alarmEmail', options.alarmEmail),
    everyMinutes: take('everyMinutes', options.everyMinutes) ?? defaultTiming.everyMinutes,
    minimumValidityMinutes:
      take('minimumValidityMinutes', options.minimumValidityMinutes) ?? defaultTiming.minimumValidityMinutes,
    keepAliveDays: take('keepAliveDays', options.keepAliveDays) ?? defaultTiming.keepAliveDays,
    shards: take('shards', options.shards) ?? 1,
    reservedConcurrency: unlessOff(take('reservedConcurrency', options.reservedConcurrency)),
    tokenEndpointHosts: take('tokenEndpointHosts', options.tokenEndpointHosts) ?? defaultTokenEndpointHosts,
    privateKeyArn: take('privateKeyArn', options.privateKeyArn),
    publishedKeyArn: take('publishedKeyArn', options.publishedKeyArn),
    replicaRegions: take('replicaRegions', options.replicaRegions),
    alarms: take('alarms', options.alarms) ?? 'all',
    dashboard: take('dashboard', options.dashboard) ?? 'on',
    runbookUrl: take('runbookUrl', options.runbookUrl),
    logRetentionDays: take('logRetentionDays', options.logRetentionDays) ?? agingDays.lapse,
    signIn: take('signIn', options.signIn) ?? 'off',
    signInConcurrency: take('signInConcurrency', options.signInConcurrency) ?? signInConcurrency,
    signInUrl: take('signInUrl', options.signInUrl),
    webIdentity: take('webIdentity', options.webIdentity) ?? 'off',
    clientSecretRenewal: take('clientSecretRenewal', options.clientSecretRenewal) ?? 'off',
    vpc: unlessOff(take('vpc', options.vpc)),
  }
  problems.push(...contradictions(configuration))
  if (problems.length > 0) throw new ConfigurationError(problems)
  return configuration
}

/** Enough for people who sign in, and a limit for a flood of requests. */
const signInConcurrency = 5

/** Feature flags, cached look-ups and the command line's own notes live in the same context as our settings. */
const isOfTheCdk = (name: string): boolean =>
  /[:@/]/.test(name) || name === 'acknowledged-issue-numbers' || name === 'cli-telemetry'

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)

const unlessOff = <T>(value: T | 'off' | undefined): T | undefined => (value === 'off' ? undefined : value)

const unknownSetting = ([name, value]: readonly [string, unknown]): string => {
  const near = nearest(name, settings)
  const known = near === undefined ? `Known are ${settings.join(', ')}` : `The nearest known name is ${near}`
  return `${name}: given ${shown(value)}; there is no such setting. ${known}.`
}

/** Settings that exclude each other. */
const contradictions = (configuration: Configuration): readonly string[] => [
  ...periodTooLong(configuration),
  ...concurrencyTooLow(configuration),
]

/** The reader's invariant: a fresh connection always shows a token with `minimumValidityMinutes` left. */
const periodTooLong = ({ everyMinutes, minimumValidityMinutes }: Timing): readonly string[] => {
  const longest = longestPeriodMinutes({ minimumValidityMinutes })
  if (everyMinutes <= longest) return []
  const lifetime = shortestFreshLifetimeMinutes({ everyMinutes, minimumValidityMinutes })
  return [
    `everyMinutes: given ${everyMinutes}; allowed: ${shortestPeriodMinutes} to ${longest} with minimumValidityMinutes ` +
      `${minimumValidityMinutes}. Together they keep fresh only access tokens that live ${lifetime} minutes or longer, ` +
      `and Entra's shortest live ${shortestDefaultLifetimeMinutes}.`,
  ]
}

const concurrencyTooLow = ({ reservedConcurrency, shards }: Configuration): readonly string[] =>
  reservedConcurrency === undefined || reservedConcurrency >= shards
    ? []
    : [
        `reservedConcurrency: given ${reservedConcurrency}; allowed: off, or a whole number not below shards (${shards}).`,
      ]
