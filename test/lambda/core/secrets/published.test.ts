// What apps read: exactly the keys of the contract, and of it all the one thing that we read back.

import { describe, expect, it } from 'vitest'
import { decodePublishedGeneration, encodePublished } from '../../../../lambda/core/secrets/published.ts'
import {
  decodedValue,
  made,
  problemOf,
  redacted,
  sampleClient,
  sampleGrant,
  stored,
} from '../../../support/core-samples.ts'

const client = sampleClient({ client_secrets: [{ value: redacted('first') }, { value: redacted('second') }] })
const published = (grant = sampleGrant()): Record<string, unknown> =>
  JSON.parse(encodePublished(grant, client).reveal())

describe('what is published', () => {
  it('is the access token and what an app needs to know of it', () => {
    const grant = sampleGrant()
    expect(published(grant)).toEqual({
      schema: 1,
      access_token: grant.access_token.reveal(),
      token_type: 'Bearer',
      scope: 'Mail.Read',
      expires_at: '2026-11-23T13:00:00.000Z',
      refreshed_at: '2026-11-23T12:00:00.000Z',
      generation: 3,
    })
  })

  it('is all that App Connect asks for when the connection says so', () => {
    const grant = sampleGrant({ publish: 'connection_values' })
    expect(published(grant)).toEqual({
      schema: 1,
      access_token: grant.access_token.reveal(),
      token_type: 'Bearer',
      scope: 'Mail.Read',
      expires_at: '2026-11-23T13:00:00.000Z',
      refreshed_at: '2026-11-23T12:00:00.000Z',
      generation: 3,
      client_id: 'sample-client',
      client_secret: client.client_secrets[0]?.value.reveal(),
      refresh_token: grant.refresh_token.reveal(),
      refresh_by: '2027-02-21T12:00:00.000Z',
    })
  })

  it('holds neither refresh token nor client secret by default', () => {
    const grant = sampleGrant()
    const text = encodePublished(grant, client).reveal()
    for (const secret of [grant.refresh_token, ...client.client_secrets.map(({ value }) => value)]) {
      expect(text).not.toContain(secret.reveal())
    }
  })

  it('has the scope that was asked for where the provider named none', () => {
    expect(published(sampleGrant({ granted_scope: undefined })).scope).toBe('Mail.Read offline_access')
  })

  it('has no client secret where the client is public', () => {
    const grant = sampleGrant({ publish: 'connection_values' })
    const open = sampleClient({ token_endpoint_auth_method: 'none', client_secrets: [] })
    expect(JSON.parse(encodePublished(grant, open).reveal())).not.toHaveProperty('client_secret')
  })

  it('does not show when it is printed', () => {
    expect(`${encodePublished(sampleGrant(), client)}`).toBe('[redacted]')
  })
})

describe('the generation that apps see', () => {
  it.each(['access_token', 'connection_values'] as const)('is read back from %s', (publish) => {
    const text = encodePublished(sampleGrant({ publish, generation: 7 }), client)
    expect(decodePublishedGeneration(text)).toEqual({ ok: true, value: 7 })
  })

  it('is read regardless of what else a person has done to the secret', () => {
    expect(decodedValue(decodePublishedGeneration(stored({ generation: 1 })))).toBe(1)
    expect(decodedValue(decodePublishedGeneration(stored('\uFEFF{"generation": 2}')))).toBe(2)
  })

  it.each([
    ['no JSON', made('access-token'), 'the published secret is not JSON: check its quotes, commas and braces'],
    ['no object', 'null', 'the published secret is not a JSON object: it must begin with { and end with }'],
    ['no generation', {}, 'the published secret: "generation" is missing'],
    ['generation 0', { generation: 0 }, 'the published secret: "generation" must be at least 1'],
    ['half a generation', { generation: 1.5 }, 'the published secret: "generation" must be whole'],
    ['a generation in quotes', { generation: '3' }, 'the published secret: "generation" must be a number'],
  ])('is not known where there is %s', (_, value, problem) => {
    expect(problemOf(decodePublishedGeneration(stored(value)))).toBe(problem)
  })
})
