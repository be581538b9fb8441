// A grant on its way into the store and back, and what a person may have done to it in between.

import { describe, expect, it } from 'vitest'
import { decodeGrant, encodeGrant } from '../../../../lambda/core/secrets/grant.ts'
import { bare, decodedValue, made, problemOf, sampleGrant, stored } from '../../../support/core-samples.ts'

const refreshToken = made('refresh-token')
const accessToken = made('access-token')

const written = {
  schema: 1,
  client_id: 'sample-client',
  generation: 3,
  refresh_token: refreshToken,
  access_token: accessToken,
  token_type: 'Bearer',
  expires_at: '2026-11-23T13:00:00.000Z',
  scope: 'Mail.Read offline_access',
  granted_scope: 'Mail.Read',
  mode: 'fresh',
  publish: 'access_token',
  rotation: 'reusable',
  refreshed_at: '2026-11-23T12:00:00.000Z',
  refresh_by: '2027-02-21T12:00:00.000Z',
  bootstrapped_at: '2026-10-24T12:00:00.000Z',
}

const optional = ['token_type', 'granted_scope', 'rotation']
const required = Object.keys(written).filter((key) => !optional.includes(key))
const without = (...keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(written).filter(([key]) => !keys.includes(key)))

describe('a grant', () => {
  it.each([
    ['as it is after a refresh', {}],
    ['without the scope that the provider named', { granted_scope: undefined }],
    ['in keep-alive mode, with all values published', { mode: 'keep-alive', publish: 'connection_values' }],
    ['whose refresh token is used once', { rotation: 'single-use' }],
    ['with an empty scope and the first generation', { scope: '', generation: 1 }],
  ] as const)('comes back as it was stored, %s', (_, change) => {
    const grant = sampleGrant(change)
    expect(bare(decodedValue(decodeGrant(encodeGrant(grant))))).toEqual(bare(grant))
  })

  it('comes back with tokens to the letter', () => {
    for (const token of ['"\\\u0000\u2028', 'é密🔑', 'a'.repeat(20_000)]) {
      const grant = sampleGrant({ refresh_token: stored(token), access_token: stored(`${token}!`) })
      const back = decodedValue(decodeGrant(encodeGrant(grant)))
      expect(back.refresh_token.reveal()).toBe(token)
      expect(back.access_token.reveal()).toBe(`${token}!`)
    }
  })

  it('is stored with the keys of the contract, times in ISO 8601 UTC', () => {
    const grant = sampleGrant({ refresh_token: stored(refreshToken), access_token: stored(accessToken) })
    expect(JSON.parse(encodeGrant(grant).reveal())).toEqual(written)
  })

  it('may be one that a person wrote with the required keys alone', () => {
    const grant = decodedValue(decodeGrant(stored(without(...optional))))
    expect(grant.token_type).toBe('Bearer')
    expect(grant.granted_scope).toBeUndefined()
    expect(grant.rotation).toBe('reusable')
  })

  it.each([
    ['2026-11-23T13:00:00+01:00', '2026-11-23T12:00:00Z'],
    ['2026-11-23T13:00:00+0100', '2026-11-23T12:00:00Z'],
    ['2026-11-23T12:00Z', '2026-11-23T12:00:00Z'],
    ['2026-11-23T12:00:00.5Z', '2026-11-23T12:00:00.500Z'],
    ['2026-11-23', '2026-11-23T00:00:00Z'],
  ])('may have a time that a person wrote as %s', (written_at, meant) => {
    const grant = decodedValue(decodeGrant(stored({ ...written, expires_at: written_at })))
    expect(grant.expires_at).toEqual(new Date(meant))
  })

  it('may begin with a byte order mark, and no more than one', () => {
    expect(decodeGrant(stored(`\uFEFF${JSON.stringify(written)}`)).ok).toBe(true)
    expect(decodeGrant(stored(`\uFEFF\uFEFF${JSON.stringify(written)}`)).ok).toBe(false)
  })

  it('may be laid out by hand, with a key that no one knows', () => {
    const text = stored(JSON.stringify({ note: 'edited', ...written }, undefined, 4))
    expect(bare(decodedValue(decodeGrant(text)))).not.toHaveProperty('note')
  })
})

const timeHelp = 'must be an ISO 8601 time with its zone, such as 2027-01-31T00:00:00Z'

describe('a grant that a person has edited', () => {
  it.each(required)('does not decode without "%s"', (key) => {
    expect(problemOf(decodeGrant(stored(without(key))))).toBe(`the grant: "${key}" is missing`)
  })

  it.each([
    ['', 'the grant is not JSON: check its quotes, commas and braces'],
    [`${JSON.stringify(written)},`, 'the grant is not JSON: check its quotes, commas and braces'],
    [refreshToken, 'the grant is not JSON: check its quotes, commas and braces'],
    [JSON.stringify(refreshToken), 'the grant is not a JSON object: it must begin with { and end with }'],
    [JSON.stringify([written]), 'the grant is not a JSON object: it must begin with { and end with }'],
    ['null', 'the grant is not a JSON object: it must begin with { and end with }'],
  ])('does not decode when it is no object any more (%#)', (text, problem) => {
    expect(problemOf(decodeGrant(stored(text)))).toBe(problem)
  })

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['schema', 2, 'must be 1'],
    ['schema', '1', 'must be 1'],
    ['client_id', '', 'must not be empty'],
    ['generation', 0, 'must be at least 1'],
    ['generation', -1, 'must be at least 1'],
    ['generation', 1.5, 'must be whole'],
    ['generation', '3', 'must be a number'],
    ['generation', null, 'must be a number'],
    ['refresh_token', '', 'must not be empty'],
    ['refresh_token', null, 'must be a string'],
    ['refresh_token', [refreshToken], 'must be a string'],
    ['access_token', '', 'must not be empty'],
    ['token_type', 'bearer', 'must be "Bearer"'],
    ['token_type', 'DPoP', 'must be "Bearer"'],
    ['expires_at', 'tomorrow', timeHelp],
    ['expires_at', 1795435200, timeHelp],
    ['expires_at', '', timeHelp],
    ['expires_at', '5', timeHelp],
    ['expires_at', '3599', timeHelp],
    ['expires_at', '2027', timeHelp],
    ['expires_at', '2027-01', timeHelp],
    ['expires_at', 'March 7', timeHelp],
    ['expires_at', 'Mon, 23 Nov 2026 12:02:00 GMT', timeHelp],
    ['expires_at', '2027-01-31T00:00:00', timeHelp],
    ['expires_at', '2027-01-31 00:00:00Z', timeHelp],
    ['expires_at', ' 2027-01-31T00:00:00Z', timeHelp],
    ['expires_at', '2027-01-31T00:00:00Z\n', timeHelp],
    ['refreshed_at', null, timeHelp],
    ['refresh_by', '2027-02-30T25:00:00Z', timeHelp],
    ['bootstrapped_at', {}, timeHelp],
    ['scope', ['Mail.Read'], 'must be a string'],
    ['granted_scope', 5, 'must be a string'],
    ['mode', 'paused', 'must be fresh or keep-alive'],
    ['publish', true, 'must be access_token or connection_values'],
    ['rotation', 'never', 'must be reusable or single-use'],
  ]

  it.each(wrong)('does not decode with "%s" of %j', (key, value, what) => {
    expect(problemOf(decodeGrant(stored({ ...written, [key]: value })))).toBe(`the grant: "${key}" ${what}`)
  })

  it('names all problems at once, without a token', () => {
    const problem = problemOf(decodeGrant(stored({ ...written, mode: refreshToken, publish: accessToken, scope: 1 })))
    for (const key of ['mode', 'publish', 'scope']) expect(problem).toContain(`"${key}"`)
    expect(problem).not.toContain(refreshToken)
    expect(problem).not.toContain(accessToken)
  })
})

describe('a grant that would not decode', () => {
  const never = new Date(Number.NaN)

  it.each([
    ['an empty refresh token', { refresh_token: stored('') }, '"refresh_token" must not be empty'],
    ['an empty access token', { access_token: stored('') }, '"access_token" must not be empty'],
    ['a generation that is no number', { generation: Number.NaN }, '"generation" must be a number'],
    ['half a generation', { generation: 1.5 }, '"generation" must be whole'],
    ['a time that is none', { expires_at: never }, '"expires_at" '],
    ['a year of five digits', { refresh_by: new Date('+010000-01-01T00:00:00Z') }, '"refresh_by" must be an ISO 8601'],
    ['no client', { client_id: '' }, '"client_id" must not be empty'],
  ])('is not written, with what is wrong with it: %s', (_, change, problem) => {
    const grant = sampleGrant(change)
    const error = thrownBy(() => encodeGrant(grant))
    expect(error.message).toMatch(/^refusing to store what does not decode: the grant: /)
    expect(error.message).toContain(problem)
    for (const token of [grant.refresh_token, grant.access_token]) {
      if (token.reveal() !== '') expect(error.message).not.toContain(token.reveal())
    }
  })
})

const thrownBy = (work: () => unknown): Error => {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
