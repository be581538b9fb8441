// The client secrets that Graph lists, compared with those of the record: which may be removed, and which never.

import { describe, expect, it } from 'vitest'
import {
  type Credential,
  expiredOf,
  orphans,
  withIntent,
  withListed,
  withoutIntent,
} from '../../../../lambda/core/renewal/credentials.ts'
import type { Client, ClientSecret } from '../../../../lambda/core/secrets/client.ts'
import { Redacted } from '../../../../lambda/core/secrets/redacted.ts'
import { day, hour, later, made, minute, noon, sampleClient } from '../../../support/core-samples.ts'

const displayName = 'token-refresher one'
const now = noon.getTime()
const intent = (display_name: string, at = -hour) => ({ display_name, at: later(at) })

const listed = (hint: string | undefined, change: Partial<Credential> = {}): Credential => ({
  keyId: `key-of-${hint}`,
  displayName,
  hint,
  start: later(-hour),
  end: later(90 * day),
  ...change,
})

const secret = (begin: string, more: Partial<ClientSecret> = {}): ClientSecret => ({
  value: new Redacted(`${begin}${made('client-secret')}`),
  ...more,
})

const client = (...client_secrets: ClientSecret[]) => sampleClient({ client_secrets })

describe('what a crash has left', () => {
  const mine = { ...client(secret('abc', { key_id: 'key-of-abc' })), making: [intent(displayName)] }
  const cases: readonly (readonly [string, Credential, number])[] = [
    ['one that a run was about to make', listed('xyz'), 1],
    ['one whose beginning is not known', listed(undefined), 1],
    ['one that is stored', listed('abc'), 0],
    ['one that begins like a stored one', listed('abc', { keyId: 'other' }), 0],
    ['one that others have made', listed('xyz', { displayName: 'by hand' }), 0],
    ['one that was stored before', listed('xyz', { displayName: 'token-refresher other' }), 0],
    ['one that is older than a day', listed('xyz', { start: later(-day) }), 0],
    ['one that a run may just have made', listed('xyz', { start: later(-20 * minute) }), 0],
    ['one without a time', listed('xyz', { start: undefined }), 0],
  ]
  it.each(cases)('%s', (_, one, count) => expect(orphans(mine, [one], now)).toHaveLength(count))
})

describe('the intent to make one', () => {
  const intended = (making: Client['making'], ...all: Credential[]) =>
    withIntent({ ...client(secret('abc')), making }, all, { id: 'new', now }).making?.map((one) => one.display_name)

  it('is a new name', () => expect(intended(undefined)).toEqual(['token-refresher new']))

  it('is the earlier name again, if none was made with it', () => {
    expect(intended([intent(displayName)])).toEqual([displayName])
  })

  it('is a new name beside that of a run that may still work', () => {
    expect(intended([intent(displayName, -minute)])).toEqual([displayName, 'token-refresher new'])
  })

  it('is beside the name of one that a crash has left, for a day', () => {
    expect(intended([intent(displayName)], listed('xyz'))).toEqual([displayName, 'token-refresher new'])
    expect(intended([intent(displayName)], listed('xyz', { start: later(-day) }))).toEqual(['token-refresher new'])
  })

  it('ends when it was stored', () => {
    const one = { ...client(secret('abc')), making: [intent(displayName)] }
    expect(withoutIntent(one, displayName).making).toBeUndefined()
    const two = { ...one, making: [intent('other'), intent(displayName)] }
    expect(withoutIntent(two, displayName).making).toEqual([intent('other')])
  })
})

describe('what the record learns', () => {
  it('is the id and the end of the only one that begins like it', () => {
    const [known] = withListed(client(secret('abc')), [listed('abc'), listed('xyz')]).client_secrets
    expect(known).toMatchObject({ key_id: 'key-of-abc', expires_at: later(90 * day) })
  })

  it.each([
    ['two are listed that begin like it', client(secret('abc')), [listed('abc'), listed('abc', { keyId: 'other' })]],
    ['two are stored that begin like the listed one', client(secret('abc'), secret('abc')), [listed('abc')]],
    ['none is listed that begins like it', client(secret('abc')), [listed('xyz'), listed(''), listed(undefined)]],
  ])('is nothing where %s', (_, one, all) => expect(withListed(one, all)).toEqual(one))

  it('is the end that Microsoft lists, also where a person has typed another', () => {
    const typed = secret('abc', { key_id: 'key-of-abc', expires_at: later(-hour) })
    expect(withListed(client(typed), [listed('abc')]).client_secrets[0]?.expires_at).toEqual(later(90 * day))
    const without = listed('abc', { end: undefined })
    expect(withListed(client(typed), [without]).client_secrets[0]?.expires_at).toEqual(later(-hour))
  })
})

it('removes at Microsoft only what has expired there', () => {
  const old = secret('abc', { key_id: 'key-of-abc', expires_at: later(-30 * day) })
  expect(expiredOf([old], [listed('abc', { end: later(-day) })], noon.getTime())).toHaveLength(1)
  expect(expiredOf([old], [listed('abc')], noon.getTime())).toEqual([])
  expect(expiredOf([old], [listed('xyz', { end: later(-day) })], noon.getTime())).toEqual([])
  expect(expiredOf([secret('abc')], [listed('abc', { end: later(-day) })], noon.getTime())).toEqual([])
})
