// ListSecrets: filters, order, pages, lag, size.

import type { Filter, ListSecretsCommandInput, SecretsManager } from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { SecretsManagerService } from '../../../local/secrets-manager/service.ts'
import { day, minute, refusal, setUp, start, token } from './setup.ts'

const names = async (aws: SecretsManager, request: ListSecretsCommandInput = {}) =>
  (await aws.listSecrets(request)).SecretList?.map(({ Name }) => Name)

const filled = async () => {
  const running = await setUp()
  const { aws } = running
  const tags = (Key: string, Value: string) => [{ Key, Value }]
  await aws.createSecret({ Name: 'app/one', Description: 'a secret', Tags: tags('team', 'Blue') })
  await aws.createSecret({ Name: 'app/two', Description: 'an secret', Tags: tags('team', 'red') })
  await aws.createSecret({ Name: 'App/three', Description: 'asecret', Tags: tags('owner', 'app') })
  await aws.createSecret({ Name: 'other', Description: 'thesecret of Apps' })
  await aws.createSecret({ Name: 'bare' })
  return running
}

const [one, two, three, other, bare] = ['app/one', 'app/two', 'App/three', 'other', 'bare']

describe('the filters of ListSecrets', () => {
  test.each<[Filter['Key'], string[], unknown[]]>([
    ['name', ['app/'], [one, two]],
    ['name', ['App'], [three]],
    ['name', ['two'], []],
    ['name', ['app/o', 'b'], [one, bare]],
    ['name', ['!app/'], [three, other, bare]],
    ['name', ['app/one', '!app'], [one, three, other, bare]],
    ['description', ['a'], [one, two, three, other]],
    ['description', ['A SECRET'], [one, two]],
    ['description', ['!a'], [bare]],
    ['tag-key', ['te'], [one, two]],
    ['tag-key', ['Te'], []],
    ['tag-value', ['Bl', 're'], [one, two]],
    ['tag-value', ['blue'], []],
    ['tag-key', ['!team'], [three, other, bare]],
    ['all', ['APP'], [one, two, three, other]],
    ['all', ['blue'], [one]],
    ['all', ['secret app'], []],
    ['primary-region', ['eu'], []],
    ['owning-service', ['rds'], []],
    ['owning-service', ['!rds'], [one, two, three, other, bare]],
  ])('%s %j find %j', async (Key, Values, expected) => {
    const { aws } = await filled()
    expect(await names(aws, { Filters: [{ Key, Values }] })).toEqual(expected)
  })

  // As tried out at AWS, by the tests of moto that are verified there.
  test.each<[string[], string[]]>([
    [['SecretOne'], ['SecretOne']],
    [['foo'], ['SecretFTag', 'SecretFValue']],
    [['Secret'], ['SecretOne', 'SecretTwo', 'SecretFTag', 'SecretFValue']],
    [['sec'], ['SecretOne', 'SecretTwo', 'SecretFTag', 'SecretFValue']],
    [['ret'], []],
    [['SomeSecret'], []],
    [['d'], ['SecretTwo', 'credsDatabase892']],
    [['d t'], ['SecretTwo']],
    [['t'], ['SecretTwo', 'Thirdsecret', 'SecretFTag']],
    [['AppBeta'], ['prod/AppBeta/a', 'prod_AppBeta_b', 'prod+AppBeta+c', 'prod.AppBeta.e']],
    [['Beta'], ['prod/AppBeta/a', 'prod_AppBeta_b', 'prod+AppBeta+c', 'prod.AppBeta.e']],
    [['+'], []],
    [['company'], ['uat/COMPANY/x']],
    [['things'], []],
    [['Ythings'], ['uat/COMPANYthings/x']],
    [['N'], []],
    [['pany'], []],
    // As the user guide says of the search term credsDatabase#892.
    [['creds'], ['credsDatabase892']],
    [['Database'], ['credsDatabase892']],
    [['892'], ['credsDatabase892']],
    [['92'], []],
    [['database892'], ['credsDatabase892']],
  ])('all %j finds words in %j', async (Values, expected) => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'SecretOne' })
    await aws.createSecret({ Name: 'SecretTwo', Description: 'DescTwo' })
    await aws.createSecret({ Name: 'Thirdsecret' })
    await aws.createSecret({ Name: 'SecretFTag', Tags: [{ Key: '1', Value: 'foo' }] })
    await aws.createSecret({ Name: 'SecretFValue', Tags: [{ Key: 'foo', Value: 'v' }] })
    const others = ['prod/AppBeta/a', 'prod_AppBeta_b', 'prod+AppBeta+c', 'prod.AppBeta.e', 'uat/COMPANY/x']
    for (const Name of [...others, 'uat/COMPANYthings/x', 'credsDatabase892', 'bare']) await aws.createSecret({ Name })
    expect(await names(aws, { Filters: [{ Key: 'all', Values }] })).toEqual(expected)
  })

  test('must all match', async () => {
    const { aws } = await filled()
    const Filters: Filter[] = [
      { Key: 'name', Values: ['app/'] },
      { Key: 'tag-value', Values: ['red'] },
    ]
    expect(await names(aws, { Filters })).toEqual([two])
  })

  test.each([
    [[{ Values: ['x'] }], 'InvalidParameterException: Invalid filter key'],
    [[{ Key: 'name' as const }], 'InvalidParameterException: Invalid filter values for key: name'],
    [[{ Key: 'name' as const, Values: ['#'] }], 'InvalidParameterException: Invalid filter values for key: name'],
    [
      [{ Key: 'size' as 'name', Values: ['x'] }],
      "ValidationException: 1 validation error detected: Value 'size' at 'filters.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [all, name, tag-key, description, tag-value]",
    ],
  ])('%j are refused', async (Filters, expected) => {
    const { aws } = await setUp()
    expect(await refusal(aws.listSecrets({ Filters }))).toBe(expected)
  })
})

describe('ListSecrets', () => {
  test('tells of each secret what DescribeSecret tells, without values', async () => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'x', Description: 'd', SecretString: 's', ClientRequestToken: token(1) })
    const { SecretList } = await aws.listSecrets({})
    const { $metadata: _, VersionIdsToStages, ...described } = await aws.describeSecret({ SecretId: 'x' })
    expect(SecretList).toEqual([{ ...described, SecretVersionsToStages: VersionIdsToStages }])
    expect(VersionIdsToStages).toEqual({ [token(1)]: ['AWSCURRENT'] })
  })

  test('leaves out what is scheduled for deletion unless asked for it', async () => {
    const { aws } = await filled()
    await aws.deleteSecret({ SecretId: 'other' })
    expect(await names(aws)).toEqual([one, two, three, bare])
    expect(await names(aws, { IncludePlannedDeletion: true })).toEqual([one, two, three, other, bare])
  })

  test.each<[ListSecretsCommandInput, string[]]>([
    [{}, ['c', 'a', 'b']],
    [{ SortOrder: 'desc' }, ['b', 'a', 'c']],
    [{ SortBy: 'created-date', SortOrder: 'asc' }, ['c', 'a', 'b']],
    [{ SortBy: 'name' }, ['a', 'b', 'c']],
    [{ SortBy: 'name', SortOrder: 'desc' }, ['c', 'b', 'a']],
    [{ SortBy: 'last-changed-date' }, ['c', 'b', 'a']],
    [{ SortBy: 'last-accessed-date', SortOrder: 'desc' }, ['c', 'b', 'a']],
  ])('%j gives %j, on one page and on many', async (order, expected) => {
    const { aws, clock } = await setUp()
    for (const Name of ['c', 'a', 'b']) {
      await aws.createSecret({ Name, SecretString: 's' })
      clock.advance(minute)
    }
    await aws.updateSecret({ SecretId: 'a', Description: 'changed' })
    clock.advance(day)
    await aws.getSecretValue({ SecretId: 'c' })
    expect(await names(aws, order)).toEqual(expected)
    const paged: unknown[] = []
    let NextToken: string | undefined
    do {
      const page = await aws.listSecrets({ ...order, MaxResults: 1, NextToken })
      paged.push(...(page.SecretList ?? []).map(({ Name }) => Name))
      NextToken = page.NextToken
    } while (NextToken)
    expect(paged).toEqual(expected)
  })

  test('skips and repeats nothing when secrets come and go between pages', async () => {
    const { aws } = await filled()
    const first = await aws.listSecrets({ MaxResults: 2 })
    await aws.deleteSecret({ SecretId: two, ForceDeleteWithoutRecovery: true })
    await aws.createSecret({ Name: 'late' })
    expect(await names(aws, { NextToken: first.NextToken })).toEqual([three, other, bare, 'late'])
  })

  test('refuses a token that it has not given, or given for another search', async () => {
    const { aws } = await filled()
    const { NextToken } = await aws.listSecrets({ MaxResults: 1 })
    for (const request of [{ NextToken: 'made up' }, { NextToken, SortBy: 'name' as const }]) {
      expect(await refusal(aws.listSecrets(request))).toMatch(/^InvalidNextTokenException: /)
    }
  })

  test.each([
    [0, /^ValidationException: .* at 'maxResults' .* greater than or equal to 1$/],
    [1, /^not refused$/],
    [100, /^not refused$/],
    [101, /^ValidationException: .* at 'maxResults' .* less than or equal to 100$/],
  ])('with %i results a page', async (MaxResults, expected) => {
    const { aws } = await setUp()
    expect(await refusal(aws.listSecrets({ MaxResults }))).toMatch(expected)
  })
})

describe('a listing that lags behind', () => {
  test('shows creation, change, deletion and expiry exactly so much later', async () => {
    const { aws, clock } = await setUp({ listingLagMilliseconds: 5 * minute })
    const descriptions = async () => (await aws.listSecrets({})).SecretList?.map(({ Description }) => Description)
    await aws.createSecret({ Name: 'x', Description: 'old' })
    clock.advance(5 * minute - 1)
    expect(await descriptions()).toEqual([])
    await aws.updateSecret({ SecretId: 'x', Description: 'new' })
    clock.advance(1)
    expect(await descriptions()).toEqual(['old'])
    await aws.deleteSecret({ SecretId: 'x', ForceDeleteWithoutRecovery: true })
    clock.advance(5 * minute - 1)
    expect(await descriptions()).toEqual(['new'])
    clock.advance(1)
    expect(await descriptions()).toEqual([])
  })

  test('counts the expiry of a scheduled deletion from its date', async () => {
    const { aws, clock } = await setUp({ listingLagMilliseconds: 5 * minute })
    await aws.createSecret({ Name: 'x' })
    await aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays: 7 })
    clock.advance(7 * day + 5 * minute - 1)
    expect(await names(aws, { IncludePlannedDeletion: true })).toEqual(['x'])
    clock.advance(1)
    expect(await names(aws, { IncludePlannedDeletion: true })).toEqual([])
  })
})

describe('20,000 secrets', () => {
  const clock = new ManualClock(new Date(start))
  const service = new SecretsManagerService({ clock })
  const call = (operation: string, body: object) => {
    const headers = { 'x-amz-target': `secretsmanager.${operation}` }
    const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body: JSON.stringify(body) }
    return JSON.parse(String(service.handle(request).body)) as { SecretList?: object[]; NextToken?: string }
  }
  const count = 20_000
  // Neither in the order of their names nor grouped by prefix.
  for (let number = 0; number < count; number += 1) {
    const Name = `${number % 100 === 0 ? 'few' : 'many'}/${(number * 7919) % count}`
    call('CreateSecret', { Name, SecretString: 's', ClientRequestToken: token(number) })
  }

  test.each([
    ['few/', 200],
    ['many/', 19_800],
    ['many/1234', 11],
  ])('with the prefix %s are %i, listed page by page', (prefix, expected) => {
    let found = 0
    let NextToken: string | undefined
    do {
      const page = call('ListSecrets', { Filters: [{ Key: 'name', Values: [prefix] }], NextToken })
      found += page.SecretList?.length ?? 0
      NextToken = page.NextToken
    } while (NextToken)
    expect(found).toBe(expected)
  })
})
