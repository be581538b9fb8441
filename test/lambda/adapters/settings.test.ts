// The environment of a function, right and wrong.

import { describe, expect, it } from 'vitest'
import { readSettings } from '../../../lambda/adapters/settings.ts'
import { defaultTokenEndpointHosts, environment } from '../../../lambda/contract.ts'

const numbers = [
  ['everyMinutes', environment.everyMinutes],
  ['minimumValidityMinutes', environment.minimumValidityMinutes],
  ['keepAliveDays', environment.keepAliveDays],
] as const

describe('the settings', () => {
  it('have a default each', () => {
    expect(readSettings({})).toEqual({
      prefix: 'token-refresher',
      timing: { everyMinutes: 5, minimumValidityMinutes: 15, keepAliveDays: 1 },
      privateKeyArn: undefined,
      publishedKeyArn: undefined,
      replicaRegions: [],
      runbookUrl: 'docs/runbook.md',
      tokenEndpointHosts: defaultTokenEndpointHosts,
      allowLoopbackHttp: false,
    })
  })

  it('are what the environment says', () => {
    const variables = {
      TOKEN_REFRESHER_PREFIX: 'sales',
      TOKEN_REFRESHER_EVERY_MINUTES: '10',
      TOKEN_REFRESHER_MINIMUM_VALIDITY_MINUTES: '20',
      TOKEN_REFRESHER_KEEP_ALIVE_DAYS: '0.5',
      TOKEN_REFRESHER_PRIVATE_KEY_ARN: 'arn:aws:kms:eu-west-1:111122223333:key/one',
      TOKEN_REFRESHER_PUBLISHED_KEY_ARN: 'arn:aws:kms:eu-west-1:111122223333:key/two',
      TOKEN_REFRESHER_REPLICA_REGIONS: 'us-east-1,eu-west-1',
      TOKEN_REFRESHER_RUNBOOK_URL: 'https://wiki.example.com/runbook',
      TOKEN_REFRESHER_TOKEN_ENDPOINT_HOSTS: 'login.microsoftonline.com, IdP.example.com:8443',
      TOKEN_REFRESHER_ALLOW_LOOPBACK_HTTP: '1',
      PATH: '/usr/bin',
    }
    expect(readSettings(variables)).toEqual({
      prefix: 'sales',
      timing: { everyMinutes: 10, minimumValidityMinutes: 20, keepAliveDays: 0.5 },
      privateKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/one',
      publishedKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/two',
      replicaRegions: ['us-east-1', 'eu-west-1'],
      runbookUrl: 'https://wiki.example.com/runbook',
      tokenEndpointHosts: ['login.microsoftonline.com', 'idp.example.com:8443'],
      allowLoopbackHttp: true,
    })
  })

  it('take an empty key as none', () => {
    const variables = { [environment.privateKeyArn]: '', [environment.publishedKeyArn]: '' }
    expect(readSettings(variables)).toMatchObject({ privateKeyArn: undefined, publishedKeyArn: undefined })
  })

  it.each(['', '0', 'true', 'yes', ' 1', '11'])('allow no http for %j', (value) => {
    expect(readSettings({ [environment.allowLoopbackHttp]: value }).allowLoopbackHttp).toBe(false)
  })

  it.each(['a', '7', 'Sales-2', 'a-', 'token-refresher-eu'])('take the prefix %s', (prefix) => {
    expect(readSettings({ [environment.prefix]: prefix }).prefix).toBe(prefix)
  })

  it.each(['', ' ', '-a', 'a/b', 'a_b', 'a b', 'a.b', 'é', 'a\n', '../a'])('refuse the prefix %j', (prefix) => {
    expect(() => readSettings({ [environment.prefix]: prefix })).toThrow(
      new Error(
        `The function's environment is not valid: ${environment.prefix} is "${prefix}" and must be letters, digits and hyphens`,
      ),
    )
  })

  it.each(numbers)('take a %s just above 0', (key, variable) => {
    expect(readSettings({ [variable]: '0.001' }).timing[key]).toBe(0.001)
  })

  it.each(numbers)('refuse a %s that is no number above 0, with its variable and value', (_, variable) => {
    for (const value of ['0', '-1', '', ' ', 'five', '5 minutes', 'NaN', 'Infinity', '1e999', '-0']) {
      expect(() => readSettings({ [variable]: value })).toThrow(
        new Error(`The function's environment is not valid: ${variable} is "${value}" and must be a number above 0`),
      )
    }
  })

  it.each(['', ',', 'a.example.com,', '*.example.com', 'a.example.com/token'])('refuse the hosts %j', (hosts) => {
    expect(() => readSettings({ [environment.tokenEndpointHosts]: hosts })).toThrow(
      `is "${hosts}" and must be host names`,
    )
  })

  it('tell all that is wrong in one message', () => {
    const read = () =>
      readSettings({
        [environment.everyMinutes]: '0',
        [environment.minimumValidityMinutes]: 'some',
        [environment.keepAliveDays]: '-3',
        [environment.tokenEndpointHosts]: 'https://idp.example.com',
        [environment.prefix]: 'a b',
      })
    expect(read).toThrow(environment.prefix)
    expect(read).toThrow(`${environment.tokenEndpointHosts} is "https://idp.example.com" and must be host names`)
    for (const [, variable] of numbers) expect(read).toThrow(variable)
    expect(read).toThrow(/is "0" .*; .* is "some" .*; .* is "-3" /)
  })
})
