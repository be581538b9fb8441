// The tags of a client's record: any of them may be missing, edited or nonsense.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { expiryForPeople, readClientTags } from '../../../../lambda/core/tags/read-client-tags.ts'
import { day, hour, later, noon } from '../../../support/core-samples.ts'

const nonsense = ['', ' ', '{', 'login.microsoftonline.com', '//a', 'https://', 'https://[', 'mailto:a', '\u0000', '%']

describe('the tags of a client', () => {
  it('are read', () => {
    const all = {
      [tags.tokenEndpoint]: 'https://idp.example.com:8443/token',
      [tags.clientSecretExpires]: '2027-01-01T00:00:00Z',
      [tags.probe]: 'sales-mailbox',
    }
    expect(readClientTags(all)).toEqual({
      tokenEndpointHost: 'idp.example.com:8443',
      clientSecretExpires: new Date('2027-01-01T00:00:00Z'),
      probe: 'sales-mailbox',
    })
  })

  it('may be missing', () => {
    expect(readClientTags({})).toEqual({})
    expect(readClientTags({}).tokenEndpointHost).toBeUndefined()
  })

  it.each(nonsense)('may be nonsense, which says nothing: %j', (text) => {
    const all = { [tags.tokenEndpoint]: text, [tags.clientSecretExpires]: text }
    const { tokenEndpointHost, clientSecretExpires } = readClientTags(all)
    expect([tokenEndpointHost, clientSecretExpires]).toEqual([undefined, undefined])
  })

  it.each([
    ['1969-12-31T23:59:59.999Z', false],
    ['1970-01-01T00:00:00Z', true],
    ['9999-12-31T23:59:59Z', true],
    ['+010000-01-01T00:00:00.000Z', false],
  ])('give a time only within the years that can be: %s: %j', (text, known) => {
    expect(readClientTags({ [tags.clientSecretExpires]: text }).clientSecretExpires !== undefined).toBe(known)
  })
})

describe('the expiry that people have to see to', () => {
  const expires = '2027-03-01T00:00:00.000Z'
  const cases: readonly (readonly [string, string | undefined, string | undefined, string])[] = [
    ['none before the renewal is due', '2027-01-30T00:00:00.000Z', undefined, ''],
    ['none in the two days after it was', '2027-01-28T00:00:00.001Z', undefined, ''],
    ['that of the client secret when these are over', '2027-01-28T00:00:00.000Z', undefined, expires],
    ['that of the client secret after a refusal', '2027-01-30T00:00:00.000Z', 'due policy:word', expires],
    ['that of the client secret without the renewal', undefined, undefined, expires],
    ['that of the client secret if the renewal is due after it', '2099-01-01T00:00:00.000Z', undefined, expires],
    ['that of the client secret if the time is nonsense', 'soon', undefined, expires],
  ]
  it.each(cases)('is %s', (_, due, failed, shown) => {
    const all = {
      [tags.clientSecretExpires]: expires,
      ...(due !== undefined && { [tags.renewalDue]: due }),
      ...(failed !== undefined && { [tags.renewalFailed]: failed }),
    }
    expect(expiryForPeople(all, Date.parse('2027-01-30T00:00:00.000Z'))?.toISOString() ?? '').toBe(shown)
  })
})

const expires = later(20 * day)

const said = (due: Date | string | undefined, failed = ''): Date | undefined =>
  expiryForPeople(
    {
      [tags.clientSecretExpires]: expires.toISOString(),
      ...(due !== undefined && { [tags.renewalDue]: typeof due === 'string' ? due : due.toISOString() }),
      [tags.renewalFailed]: failed,
    },
    noon.getTime(),
  )

describe('an expiry', () => {
  it('is for people where the client secret does not renew itself', () => {
    expect(said(undefined)).toEqual(expires)
    expect(said('')).toEqual(expires)
    expect(said('never')).toEqual(expires)
  })

  it('is for none while the renewal has time', () => {
    expect(said(later(day))).toBeUndefined()
    expect(said(later(-day))).toBeUndefined()
  })

  it('is for people when the renewal is two days late, or has failed', () => {
    expect(said(later(-2 * day))).toEqual(expires)
    expect(said(later(day), `${later(day).toISOString()} policy:AADSTS53003`)).toEqual(expires)
  })

  it('is for people half way from the renewal to the end of one that lives for days only', () => {
    const short = (end: number) =>
      expiryForPeople(
        { [tags.clientSecretExpires]: later(end).toISOString(), [tags.renewalDue]: later(-hour).toISOString() },
        noon.getTime(),
      )
    expect(short(2 * hour)).toBeUndefined()
    expect(short(hour)).toEqual(later(hour))
  })
})

it('a failure that was edited by hand counts as none', () => {
  expect(readClientTags({ [tags.renewalFailed]: 'nonsense' }).renewalFailed).toBeUndefined()
  expect(readClientTags({ [tags.renewalFailed]: 'then client:code policy:other' }).renewalFailed).toEqual({
    due: 'then',
    reason: 'client:code',
    others: ['policy:other'],
  })
})
