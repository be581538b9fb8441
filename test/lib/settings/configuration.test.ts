// What is read from the context, what is refused, and what the message says.
import { describe, expect, test } from 'vitest'
import {
  defaultTokenEndpointHosts,
  shortestDefaultLifetimeMinutes,
  shortestFreshLifetimeMinutes,
} from '../../../lambda/contract.ts'
import { ConfigurationError, readConfiguration } from '../../../lib/settings/configuration.ts'
import { nearest } from '../../../lib/settings/did-you-mean.ts'
import { longestPeriodMinutes, longestPrefix, mostValidityMinutes } from '../../../lib/settings/limits.ts'

const refusal = (context: Readonly<Record<string, unknown>>): string => {
  try {
    readConfiguration(context)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message
    throw error
  }
  throw new Error(`not refused: ${JSON.stringify(context)}`)
}

test('an empty context gives the defaults', () => {
  expect(readConfiguration({})).toEqual({
    prefix: 'token-refresher',
    everyMinutes: 5,
    minimumValidityMinutes: 15,
    keepAliveDays: 1,
    shards: 1,
    tokenEndpointHosts: defaultTokenEndpointHosts,
    alarms: 'all',
    dashboard: 'on',
    signIn: 'off',
    webIdentity: 'off',
    clientSecretRenewal: 'off',
    signInConcurrency: 5,
    logRetentionDays: 90,
  })
})

test('strings of the command line and values of cdk.json mean the same', () => {
  const typed = { everyMinutes: 10, shards: 4, reservedConcurrency: 4, logRetentionDays: 30, vpc: false }
  const strings = { everyMinutes: '10', shards: '4', reservedConcurrency: '4', logRetentionDays: '30', vpc: 'off' }
  expect(readConfiguration(strings)).toEqual(readConfiguration(typed))
})

test('the dashboard may be said in words or as a boolean', () => {
  for (const given of ['off', false])
    expect(readConfiguration({ dashboard: given })).toMatchObject({ dashboard: 'off' })
  for (const given of ['on', true]) expect(readConfiguration({ dashboard: given })).toMatchObject({ dashboard: 'on' })
  expect(refusal({ dashboard: 'no', alarms: true })).toContain('alarms: given true; allowed: all or essential.')
})

test('Regions may be a list or a text, each once', () => {
  for (const replicaRegions of [
    ['eu-west-1', 'us-gov-east-1'],
    'eu-west-1,us-gov-east-1',
    'eu-west-1, us-gov-east-1,eu-west-1',
  ]) {
    expect(readConfiguration({ replicaRegions })).toMatchObject({ replicaRegions: ['eu-west-1', 'us-gov-east-1'] })
  }
})

test.each([[[]], '', 'Frankfurt', 'eu-west-1;us-east-1', 'eu-west', ['eu-west-1', 7], 'eu-west-1a'])(
  'the Regions %j are refused',
  (replicaRegions) => expect(refusal({ replicaRegions })).toContain('replicaRegions: given '),
)

test.each(['docs/runbook.md', 'http://wiki.example.com', 'https://wiki.example.com/#here', 'javascript:alert(1)'])(
  'a runbook at %s is refused',
  (runbookUrl) => expect(refusal({ runbookUrl })).toContain('runbookUrl: given '),
)

test('hosts may be a list or a text, are compared in lower case, and take the place of the default', () => {
  const hosts = ['login.microsoftonline.com', 'idp.example.com:8443', 'xn--bcher-kva.example', '192.0.2.7']
  for (const given of [hosts, hosts.join(','), hosts.join(' , ').toUpperCase(), [...hosts, ...hosts]]) {
    expect(readConfiguration({ tokenEndpointHosts: given })).toMatchObject({ tokenEndpointHosts: hosts })
  }
})

test('feature flags, cached look-ups and notes of the command line are none of our business', () => {
  const context = {
    '@aws-cdk/core:checkSecretUsage': true,
    'aws:cdk:enable-path-metadata': true,
    'availability-zones:account=123456789012:region=eu-west-1': ['eu-west-1a'],
    'acknowledged-issue-numbers': [1],
    'cli-telemetry': false,
  }
  expect(readConfiguration(context)).toEqual(readConfiguration({}))
})

test.each([
  ['prefix', 'p'],
  ['prefix', 'P'.repeat(longestPrefix)],
  ['alarmEmail', 'ops@example.com'],
  ['everyMinutes', 2],
  ['everyMinutes', longestPeriodMinutes({ minimumValidityMinutes: 15 })],
  ['minimumValidityMinutes', 5],
  ['keepAliveDays', 29],
  ['shards', 100],
  ['reservedConcurrency', 1],
  ['publishedKeyArn', 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef'],
  ['logRetentionDays', 3653],
  ['vpc', 'vpc-0123456789abcdef0'],
])('%s may be %s', (name, value) => {
  expect(readConfiguration({ [name]: value })).toMatchObject({ [name]: value })
})

test.each([
  ['prefix', '', 'letters, digits and hyphens'],
  ['prefix', 'mail*', 'letters, digits and hyphens'],
  ['prefix', 'mail?', 'letters, digits and hyphens'],
  ['prefix', 'a/b', 'letters, digits and hyphens'],
  ['prefix', 'über', 'letters, digits and hyphens'],
  ['prefix', '-mail', 'beginning with a letter'],
  ['prefix', 'aws-mail', 'not with "aws"'],
  ['prefix', 'p'.repeat(longestPrefix + 1), `1 to ${longestPrefix}`],
  ['prefix', 7, 'letters, digits and hyphens'],
  ['alarmEmail', 'ops.example.com', 'name@domain'],
  ['alarmEmail', 'ops@', 'name@domain'],
  ['alarmEmail', 'a@b@example.com', 'name@domain'],
  ['everyMinutes', 'often', 'a whole number from 2 up'],
  ['everyMinutes', '1', 'a whole number from 2 up'],
  ['everyMinutes', 2.5, 'a whole number from 2 up'],
  ['everyMinutes', -5, 'a whole number from 2 up'],
  ['minimumValidityMinutes', 4, 'a whole number from 5'],
  ['minimumValidityMinutes', mostValidityMinutes + 1, `to ${mostValidityMinutes}`],
  ['keepAliveDays', 0, 'a whole number from 1 to 29'],
  ['keepAliveDays', 30, 'RefreshTokenAging warns'],
  ['shards', 0, 'a whole number from 1 to 100'],
  ['shards', '101', 'a whole number from 1 to 100'],
  ['reservedConcurrency', 0, 'off, or a whole number'],
  ['reservedConcurrency', 'on', 'off, or a whole number'],
  ['publishedKeyArn', 'arn:aws:kms:eu-west-1:123456789012:alias/published', 'not of an alias'],
  ['logRetentionDays', 42, 'one of 1, 3, 5, 7, 14, 30'],
  ['vpc', 'on', 'off, or the id of a VPC'],
])('%s may not be %j', (name, value, allowed) => {
  const message = refusal({ [name]: value })
  expect(message).toContain(`${name}: given ${JSON.stringify(value)}; allowed: `)
  expect(message).toContain(allowed)
  expect(message).toContain('one problem')
})

test.each([
  '',
  ',',
  [],
  [''],
  [7],
  7,
  'https://idp.example.com',
  'idp.example.com/token',
  'idp.example.com/',
  '*.example.com',
  'idp.example.com:443',
  'idp.example.com:99999',
  'idp.example.com:',
  'user@idp.example.com',
  'idp.example.com?x',
  'idp.example.com#x',
  'idp..example.com',
  'idp.example.com.',
  '.example.com',
  'bücher.example',
  'localhost',
  '127.0.0.1',
  '127.0.0.1:8080',
  '10.1',
  '0x7f.0.0.1',
  '[::1]',
  'login.microsoftonline.com,evil.example.com evil.example.com',
  ['login.microsoftonline.com', '*'],
])('tokenEndpointHosts may not be %j', (hosts) => {
  const message = refusal({ tokenEndpointHosts: hosts, shards: 0 })
  expect(message).toContain(`tokenEndpointHosts: given ${JSON.stringify(hosts)}; allowed: host names`)
  expect(message).toContain('no scheme, path or wildcard')
  expect(message).toContain('2 problems')
})

describe('the reader’s invariant', () => {
  test.each([5, 15, 20, 30])('with %i minutes promised holds at the longest period and not above', (promised) => {
    const longest = longestPeriodMinutes({ minimumValidityMinutes: promised })
    const at = { everyMinutes: longest, minimumValidityMinutes: promised }
    const above = { ...at, everyMinutes: longest + 1 }
    expect(shortestFreshLifetimeMinutes(at)).toBeLessThanOrEqual(shortestDefaultLifetimeMinutes)
    expect(shortestFreshLifetimeMinutes(above)).toBeGreaterThan(shortestDefaultLifetimeMinutes)
    expect(readConfiguration(at)).toMatchObject(at)
    const message = refusal(above)
    expect(message).toContain(`everyMinutes: given ${longest + 1}; allowed: 2 to ${longest}`)
    expect(message).toContain(`with minimumValidityMinutes ${promised}`)
    expect(message).toContain(`live ${shortestFreshLifetimeMinutes(above)} minutes or longer`)
  })

  test('leaves room for the shortest period with the most validity', () => {
    expect(longestPeriodMinutes({ minimumValidityMinutes: mostValidityMinutes })).toBe(2)
  })
})

test('reserved concurrency below the number of shards is refused', () => {
  expect(refusal({ shards: 4, reservedConcurrency: 3 })).toContain('reservedConcurrency: given 3; allowed: off, or a')
  expect(readConfiguration({ shards: 4, reservedConcurrency: 4 })).toMatchObject({ reservedConcurrency: 4 })
})

test.each([
  ['evryMinutes', 'everyMinutes'],
  ['email', 'alarmEmail'],
  ['alarmemail', 'alarmEmail'],
  ['retention', 'logRetentionDays'],
  ['shard', 'shards'],
])('an unknown %s is refused with the nearest known name, %s', (unknown, known) => {
  expect(refusal({ [unknown]: 5 })).toContain(
    `${unknown}: given 5; there is no such setting. The nearest known name is ${known}.`,
  )
})

test('an unknown name that is near none is refused with all that are known', () => {
  const message = refusal({ colour: 5 })
  expect(message).toContain('colour: given 5; there is no such setting. Known are prefix, ')
  expect(message).not.toContain('nearest')
})

test('all problems are in one message', () => {
  const message = refusal({ prefix: 'a b', shards: 0, alarmEmail: 'unknown', evryMinutes: 5, everyMinutes: 55 })
  expect(message).toContain('5 problems')
  for (const name of ['prefix', 'shards', 'alarmEmail', 'evryMinutes', 'everyMinutes']) {
    expect(message).toContain(`\n  - ${name}: given `)
  }
})

test('the nearest name is the one with the fewest edits', () => {
  expect(nearest('kitten', ['mitten', 'sitting'])).toBe('mitten')
  expect(nearest('anything', [])).toBeUndefined()
})
