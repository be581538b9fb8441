// What a token answer makes of a grant: nothing that still works is lost.

import { describe, expect, it } from 'vitest'
import { decodeGrant, encodeGrant } from '../../../../lambda/core/secrets/grant.ts'
import { longestLifetimeSeconds } from '../../../../lambda/core/tokens/lifetime.ts'
import {
  bootstrappedGrant,
  type Refreshed,
  refreshedGrant,
  requestedScope,
  salvagedGrant,
} from '../../../../lambda/core/tokens/next-grant.ts'
import {
  bare,
  day,
  genericProvider,
  hour,
  later,
  noon,
  redacted,
  sampleClient,
  sampleGrant,
  sampleLogin,
  sampleTokens,
} from '../../../support/core-samples.ts'

const client = sampleClient()
const askedAt = later(hour)
const refreshed = (change: Partial<Refreshed> = {}) =>
  refreshedGrant({
    before: sampleGrant(),
    client,
    tokens: sampleTokens(),
    askedAt,
    publishedGeneration: undefined,
    ...change,
  })

describe('a grant after a refresh', () => {
  it('has the new tokens, and times counted from before the request was sent', () => {
    const [before, tokens] = [sampleGrant(), sampleTokens({ expires_in: 4000, scope: 'Mail.Read Mail.Send' })]
    expect(bare(refreshed({ before, tokens }))).toEqual({
      ...Object(bare(before)),
      generation: 4,
      refresh_token: tokens.refresh_token?.reveal(),
      access_token: tokens.access_token.reveal(),
      expires_at: later(hour + 4_000_000),
      granted_scope: 'Mail.Read Mail.Send',
      refreshed_at: askedAt,
      refresh_by: later(hour + 90 * day),
    })
  })

  it('keeps the old refresh token when the answer has none', () => {
    const before = sampleGrant()
    const grant = refreshed({ before, tokens: sampleTokens({ refresh_token: undefined }) })
    expect(grant.refresh_token.reveal()).toBe(before.refresh_token.reveal())
    expect(grant.generation).toBe(before.generation + 1)
  })

  it.each([
    ['its own', 3, undefined, 4],
    ['its own', 3, 1, 4],
    ['its own', 3, 3, 4],
    ['what apps see, after a person has rolled it back', 3, 4, 5],
    ['what apps see, after a person has rolled it back', 3, 90, 91],
  ])('has a generation above %s (%d, published %s): %d', (_, generation, publishedGeneration, made) => {
    expect(refreshed({ before: sampleGrant({ generation }), publishedGeneration }).generation).toBe(made)
  })

  it('keeps what an operator chose, and when it began', () => {
    const before = sampleGrant({ mode: 'keep-alive', publish: 'connection_values', scope: 'A B' })
    const { mode, publish, scope, client_id, bootstrapped_at } = before
    expect(refreshed({ before, tokens: sampleTokens({ scope: 'A' }) })).toMatchObject({
      mode,
      publish,
      scope,
      client_id,
      bootstrapped_at,
    })
  })

  it('knows how often its refresh token may be used, as its client says now', () => {
    const before = sampleGrant({ rotation: 'reusable' })
    expect(refreshed({ before, client: sampleClient({ provider: genericProvider }) }).rotation).toBe('single-use')
    expect(refreshed({ before: sampleGrant({ rotation: 'single-use' }) }).rotation).toBe('reusable')
  })

  it('keeps the granted scope when the answer names none (RFC 6749 section 6)', () => {
    const tokens = sampleTokens({ scope: undefined })
    expect(refreshed({ tokens }).granted_scope).toBe('Mail.Read')
    expect(refreshed({ tokens, before: sampleGrant({ granted_scope: undefined }) }).granted_scope).toBeUndefined()
    expect(refreshed({ tokens: sampleTokens({ scope: 'Mail.Send' }) }).granted_scope).toBe('Mail.Send')
  })

  it('ends after the inactivity of its provider, or when the answer says', () => {
    const provider = { ...genericProvider, inactivity_days: 30 }
    const by = (refresh_token_expires_in: number | undefined) =>
      refreshed({ client: sampleClient({ provider }), tokens: sampleTokens({ refresh_token_expires_in }) }).refresh_by
    expect(by(undefined)).toEqual(later(30 * day, askedAt))
    expect(by(7200)).toEqual(later(2 * hour, askedAt))
  })

  it('never outlives the inactivity that a login has stated, regardless of what the answer says', () => {
    const by = (inactivity_stated: boolean | undefined, refresh_token_expires_in: number | undefined) => {
      const provider = { ...genericProvider, inactivity_days: 7, ...(inactivity_stated && { inactivity_stated }) }
      return refreshed({ client: sampleClient({ provider }), tokens: sampleTokens({ refresh_token_expires_in }) })
    }
    expect(by(true, 180 * 86_400).refresh_by).toEqual(later(7 * day, askedAt))
    expect(by(true, 86_400).refresh_by).toEqual(later(day, askedAt))
    expect(by(true, undefined).refresh_by).toEqual(later(7 * day, askedAt))
    expect(by(undefined, 180 * 86_400).refresh_by).toEqual(later(180 * day, askedAt))
  })

  it('never outlives the end that a login has stated', () => {
    const before = sampleGrant({ bootstrapped_at: noon, grant_ends_after_days: 7 })
    const grant = refreshed({ before, tokens: sampleTokens({ refresh_token_expires_in: 90 * 86_400 }) })
    expect(grant).toMatchObject({ refresh_by: later(7 * day), ends_at: later(7 * day), grant_ends_after_days: 7 })
    const soon = refreshed({ before, tokens: sampleTokens({ refresh_token_expires_in: 3600 }) })
    expect(soon).toMatchObject({ refresh_by: later(hour, askedAt), ends_at: later(7 * day) })
    expect(bare(decodeGrant(encodeGrant(grant)))).toEqual({ ok: true, value: bare(grant) })
  })

  it('has no end but that of inactivity where nothing says so', () => {
    expect(refreshed().ends_at).toBeUndefined()
  })

  it('leaves the grant before it as it was', () => {
    const before = sampleGrant()
    const copy = bare(before)
    refreshed({ before })
    expect(bare(before)).toEqual(copy)
  })

  it('decodes, with the longest lifetime that is accepted', () => {
    const tokens = sampleTokens({
      expires_in: longestLifetimeSeconds,
      refresh_token_expires_in: longestLifetimeSeconds,
      scope: undefined,
    })
    const grant = refreshed({ tokens })
    expect(decodeGrant(encodeGrant(grant)).ok).toBe(true)
  })

  it('decodes, of the provider that forgets last', () => {
    const provider = { ...genericProvider, inactivity_days: 36_525 }
    expect(decodeGrant(encodeGrant(refreshed({ client: sampleClient({ provider }) }))).ok).toBe(true)
  })
})

describe('a grant after an answer of which only the refresh token can be used', () => {
  it('has that refresh token, the next generation, and else what it had', () => {
    const [before, arrived] = [sampleGrant(), redacted('refresh-token')]
    expect(bare(salvagedGrant(before, arrived))).toEqual({
      ...Object(bare(before)),
      generation: 4,
      refresh_token: arrived.reveal(),
    })
  })
})

describe('the grant of a new connection', () => {
  it('is what the login asked for and the provider gave', () => {
    const settled = { mode: 'keep-alive', publish: 'connection_values' } as const
    const login = { ...sampleLogin({ scope: 'Mail.Read' }), ...settled }
    const [tokens, refreshToken] = [sampleTokens({ expires_in: 5000 }), redacted('refresh-token')]
    const grant = bootstrappedGrant({ login, client, tokens, refreshToken, askedAt: noon })
    expect(bare(grant)).toEqual({
      client_id: 'sample-client',
      generation: 1,
      refresh_token: refreshToken.reveal(),
      access_token: tokens.access_token.reveal(),
      token_type: 'Bearer',
      expires_at: later(5_000_000),
      scope: 'Mail.Read offline_access',
      granted_scope: 'Mail.Read',
      mode: 'keep-alive',
      publish: 'connection_values',
      rotation: 'reusable',
      refreshed_at: noon,
      refresh_by: later(90 * day),
      bootstrapped_at: noon,
    })
    expect(bare(decodeGrant(encodeGrant(grant)))).toEqual({ ok: true, value: bare(grant) })
  })
})

describe('the grant of a new connection whose login states when it ends', () => {
  it('ends then, counted from the sign-in', () => {
    const login = { ...sampleLogin({ grant_ends_after_days: 7 }), mode: 'fresh', publish: 'access_token' } as const
    const [tokens, refreshToken] = [sampleTokens(), redacted('refresh-token')]
    const grant = bootstrappedGrant({ login, client, tokens, refreshToken, askedAt: noon })
    expect(grant).toMatchObject({ grant_ends_after_days: 7, ends_at: later(7 * day), refresh_by: later(7 * day) })
  })
})

describe('the scope that is asked for', () => {
  it.each([
    ['', 'offline_access'],
    ['Mail.Read', 'Mail.Read offline_access'],
    ['Mail.Read offline_access', 'Mail.Read offline_access'],
    ['offline_access Mail.Read', 'offline_access Mail.Read'],
    ['  Mail.Read \n Mail.Send ', 'Mail.Read Mail.Send offline_access'],
    ['Mail.Read Offline_Access', 'Mail.Read Offline_Access offline_access'],
    ['https://graph.microsoft.com/.default', 'https://graph.microsoft.com/.default offline_access'],
  ])('of Entra for %j is %j', (scope, requested) => {
    expect(requestedScope(scope, client)).toBe(requested)
    expect(requestedScope(requested, client), 'a second time').toBe(requested)
  })

  it.each([
    ['', ''],
    ['mail  profile', 'mail profile'],
  ])('of any other provider for %j is %j', (scope, requested) => {
    expect(requestedScope(scope, sampleClient({ provider: genericProvider }))).toBe(requested)
  })
})
