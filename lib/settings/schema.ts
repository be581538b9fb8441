// How each setting is read from the context, and its allowed values.
import { parseTokenEndpointHosts, readerCacheMinutes } from '../../lambda/contract.ts'
import {
  agingDays,
  longestPrefix,
  mostShards,
  mostValidityMinutes,
  prefixPattern,
  retentionDays,
  shortestPeriodMinutes,
} from './limits.ts'

/** One setting. `-c name=value` gives strings, cdk.json and props give numbers too: both are accepted. */
export interface Option<T> {
  /** `undefined` when the value is not allowed. */
  readonly read: (given: unknown) => T | undefined
  /** Completes "allowed: ...". */
  readonly allowed: string
}

const text = (pattern: RegExp, allowed: string): Option<string> => ({
  read: (given) => (typeof given === 'string' && pattern.test(given) ? given : undefined),
  allowed,
})

const wholeNumber = (least: number, most: number, allowed: string): Option<number> => ({
  read: (given) => {
    const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
    return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most
      ? number
      : undefined
  },
  allowed,
})

/** `off` (also `false`) or the values of the other option. */
const offOr = <T>(option: Option<T>): Option<T | 'off'> => ({
  read: (given) => (given === 'off' || given === 'false' || given === false ? 'off' : option.read(given)),
  allowed: `off, or ${option.allowed}`,
})

const oneOf = <T extends string>(choices: readonly [T, T]): Option<T> => ({
  read: (given) =>
    choices.find((choice) => choice === given || (typeof given === 'boolean' && given === (choice === 'on'))),
  allowed: `${choices[0]} or ${choices[1]}`,
})

const keyArn = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  'the ARN of a KMS key (not of an alias), arn:aws:kms:<region>:<account>:key/<id>',
)

const regionPattern = /^[a-z]{2,}(-[a-z]+)+-\d+$/

/** Which alarms are made. */
export type AlarmChoice = 'all' | 'essential'

/** The keys are the names in the context. Limits that tie two settings together are in configuration.ts. */
export const options = {
  prefix: text(
    prefixPattern,
    `1 to ${longestPrefix} letters, digits and hyphens, beginning with a letter and not with "aws"`,
  ),
  alarmEmail: text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address, name@domain'),
  everyMinutes: wholeNumber(
    shortestPeriodMinutes,
    Number.MAX_SAFE_INTEGER,
    `a whole number from ${shortestPeriodMinutes} up`,
  ),
  minimumValidityMinutes: wholeNumber(
    readerCacheMinutes,
    mostValidityMinutes,
    `a whole number from ${readerCacheMinutes} (what a reader may cache) to ${mostValidityMinutes}`,
  ),
  keepAliveDays: wholeNumber(
    1,
    agingDays.warning - 1,
    `a whole number from 1 to ${agingDays.warning - 1} (at ${agingDays.warning} the alarm RefreshTokenAging warns)`,
  ),
  shards: wholeNumber(1, mostShards, `a whole number from 1 to ${mostShards}`),
  reservedConcurrency: offOr(wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a whole number not below shards')),
  tokenEndpointHosts: {
    read: (given: unknown) => {
      const text = Array.isArray(given) && given.every((one) => typeof one === 'string') ? given.join(',') : given
      return typeof text === 'string' ? parseTokenEndpointHosts(text) : undefined
    },
    allowed:
      'host names separated by commas, or a list of them, each with a port where it is not 443; no scheme, path or wildcard',
  },
  privateKeyArn: keyArn,
  publishedKeyArn: keyArn,
  replicaRegions: {
    read: (given: unknown) => {
      const list = typeof given === 'string' ? given.split(',') : given
      const regions = Array.isArray(list) ? list.map((one) => (typeof one === 'string' ? one.trim() : '')) : []
      return regions.length > 0 && regions.every((one) => regionPattern.test(one)) ? [...new Set(regions)] : undefined
    },
    allowed: 'Regions separated by commas, or a list of them, such as eu-west-1; not the Region of the deployment',
  },
  alarms: oneOf<AlarmChoice>(['all', 'essential']),
  dashboard: oneOf<'on' | 'off'>(['on', 'off']),
  runbookUrl: text(
    /^https:\/\/[^\s#]+$/,
    'an https address without a fragment, such as https://wiki.example.com/runbook',
  ),
  logRetentionDays: {
    read: (given: unknown) => retentionDays.find((days) => days === given || String(days) === given),
    allowed: `one of ${retentionDays.join(', ')}`,
  },
  signIn: oneOf<'on' | 'off'>(['on', 'off']),
  signInConcurrency: offOr(wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a whole number from 1 up')),
  signInUrl: text(/^https:\/\/[a-z0-9.-]+\/$/, 'an https address that ends in a slash after the host'),
  webIdentity: oneOf<'on' | 'off'>(['on', 'off']),
  clientSecretRenewal: oneOf<'on' | 'off'>(['on', 'off']),
  vpc: offOr(text(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC whose private subnets reach the internet, vpc-...')),
}

export type Setting = keyof typeof options

/** The names of all settings. */
export const settings = Object.keys(options)
