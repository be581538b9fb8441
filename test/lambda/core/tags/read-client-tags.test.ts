// What the tags of a client say of the expiry of its client secret, and whether a person has to see to it.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { expiryForPeople, readClientTags } from '../../../../lambda/core/tags/read-client-tags.ts'
import { day, hour, later, noon } from '../../../support/core-samples.ts'

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
  expect(readClientTags({ [tags.renewalFailed]: 'then client:code' }).renewalFailed).toEqual({
    due: 'then',
    reason: 'client:code',
  })
})
