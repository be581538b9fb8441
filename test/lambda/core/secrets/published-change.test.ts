// Which changes of a published secret may have to be handed on, and which keys are named.

import { describe, expect, it } from 'vitest'
import { publishedKeys } from '../../../../lambda/contract.ts'
import type { Client } from '../../../../lambda/core/secrets/client.ts'
import type { Grant } from '../../../../lambda/core/secrets/grant.ts'
import { decodePublished, encodePublished, publishedValues } from '../../../../lambda/core/secrets/published.ts'
import { notableChange } from '../../../../lambda/core/secrets/published-change.ts'
import { Redacted } from '../../../../lambda/core/secrets/redacted.ts'
import { hour, later, sampleClient, sampleGrant } from '../../../support/core-samples.ts'

const published = (change: Partial<Grant> = {}): Grant =>
  sampleGrant({ generation: 7, bootstrapped_generation: 3, publish: 'connection_values', ...change })

/** The grant after an ordinary refresh, as Entra answers it: every token is another one. */
const refreshed = (change: Partial<Grant> = {}): Grant =>
  published({
    generation: 8,
    access_token: new Redacted('the-next-access-token'),
    refresh_token: new Redacted('the-next-refresh-token'),
    expires_at: later(3 * hour),
    refreshed_at: later(2 * hour),
    refresh_by: later(2_000 * hour),
    ...change,
  })

/** With the same client secret wherever it is used. */
const client = sampleClient()

const withSecret = (value: string): Client => sampleClient({ client_secrets: [{ value: new Redacted(value) }] })

const stored = (grant: Grant, its = client) => {
  const decoded = decodePublished(encodePublished(grant, its))
  if (!decoded.ok) throw new Error(decoded.problem)
  return decoded.value
}

const change = (before: Grant, now: Grant, clients: readonly [Client, Client] = [client, client]) =>
  notableChange(stored(before, clients[0]), publishedValues(now, clients[1]), now)

const everyTime = ['access_token', 'expires_at', 'generation', 'refresh_by', 'refresh_token', 'refreshed_at'] as const
const more = (...keys: readonly string[]): readonly string[] => [...everyTime, ...keys].toSorted()

describe('an ordinary refresh', () => {
  it.each(['connection_values', 'access_token'] as const)('of %s is no change to hand on', (publish) => {
    expect(change(published({ publish }), refreshed({ publish }))).toBeUndefined()
  })

  it('is none either where the provider lists the same scopes in another order', () => {
    const before = published({ granted_scope: 'Mail.Read  Mail.Send' })
    expect(change(before, refreshed({ granted_scope: 'Mail.Send Mail.Read' }))).toBeUndefined()
  })

  it('is none where a person has written a sign-in of the future into the grant', () => {
    expect(change(published(), refreshed({ bootstrapped_generation: 1_000 }))).toBeUndefined()
  })

  it('is none for a grant from a version without the generation of its sign-in', () => {
    const { bootstrapped_generation: _, ...now } = refreshed()
    expect(change(published(), now)).toBeUndefined()
  })
})

describe('what may have to be handed on', () => {
  const old = { publish: 'access_token' } as const
  it.each<readonly [string, Grant, Grant, readonly string[]]>([
    ['another scope', published(), refreshed({ granted_scope: 'Calendars.Read' }), more('scope')],
    ['a new sign-in', published(), refreshed({ bootstrapped_generation: 8 }), more()],
    ['more keys', published(old), refreshed(), more('client_id', 'client_secret')],
    ['fewer keys', published(), refreshed(old), more('client_id', 'client_secret')],
  ])('%s', (_, before, now, expected) => {
    expect(change(before, now)).toEqual(expected)
  })

  it('another client secret', () => {
    expect(change(published(), refreshed(), [withSecret('old'), withSecret('new')])).toEqual(more('client_secret'))
  })

  it('another client secret is none where apps do not read it', () => {
    const before = published({ publish: 'access_token' })
    const now = refreshed({ publish: 'access_token' })
    expect(change(before, now, [withSecret('old'), withSecret('new')])).toBeUndefined()
  })

  it('another client id', () => {
    const clients = [client, { ...client, client_id: 'another' }] as const
    expect(change(published(), refreshed({ client_id: 'another' }), clients)).toEqual(more('client_id'))
  })

  it('a client that has no client secret any more', () => {
    expect(change(published(), refreshed(), [client, { ...client, client_secrets: [] }])).toEqual(more('client_secret'))
  })

  it('a first publication, with all its keys', () => {
    const grant = published()
    expect(notableChange(undefined, publishedValues(grant, client), grant)).toEqual(publishedKeys)
    const token = published({ publish: 'access_token' })
    expect(notableChange(undefined, publishedValues(token, client), token)).toEqual([
      'access_token',
      'expires_at',
      'generation',
      'refreshed_at',
      'schema',
      'scope',
      'token_type',
    ])
  })

  it('names no key that a person has added by hand', () => {
    const before = { ...stored(published()), 'a key of their own': 'a value' }
    const now = refreshed({ granted_scope: 'Calendars.Read' })
    expect(notableChange(before, publishedValues(now, client), now)).toEqual(more('scope'))
  })
})
