// How long a token lives: what is believed of what providers write, and what takes its place.

import { describe, expect, it } from 'vitest'
import {
  accessLifetimeSeconds,
  lifetimeSeconds,
  refreshLifetimeSeconds,
} from '../../../../lambda/core/tokens/lifetime.ts'
import { noon } from '../../../support/core-samples.ts'

const now = noon.getTime()
const nowSeconds = now / 1000
const year = 365 * 86_400

describe('a lifetime', () => {
  it.each([
    ['a number', 4000, 4000],
    ['a text', '4000', 4000],
    ['a text with blanks around it', ' 4000 ', 4000],
    ['a fraction', 3600.5, 3600.5],
    ['a text that is a fraction', '3600.5', 3600.5],
    ['zeros first', '0003600', 3600],
    ['a second', 1, 1],
    ['a day', 86_400, 86_400],
    ['ten years', 10 * year, 10 * year],
    ['a Unix time in seconds', nowSeconds + 3600, 3600],
    ['a Unix time in seconds, as a text', String(nowSeconds + 3600), 3600],
    ['a Unix time in milliseconds', now + 3_600_000, 3600],
    ['a Unix time in milliseconds, as a text', String(now + 3_600_000), 3600],
    ['an ISO time', '2026-11-23T13:00:00Z', 3600],
    ['an ISO time with its zone', '2026-11-23T14:00:00.000+01:00', 3600],
    ['a Unix time in a year', nowSeconds + year, year],
  ])('is believed as %s', (_, value, seconds) => {
    expect(lifetimeSeconds(value, now)).toBe(seconds)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['empty', ''],
    ['zero', 0],
    ['a text that is zero', '0'],
    ['negative', -1],
    ['a negative text', '-3600'],
    ['no number', Number.NaN],
    ['endless', Number.POSITIVE_INFINITY],
    ['immense', 1e300],
    ['just above ten years', 10 * year + 1],
    ['milliseconds of 41 years', 1.3e12],
    ['true', true],
    ['a list', [3600]],
    ['an object', { seconds: 3600 }],
    ['words', 'an hour'],
    ['a number with a unit', '3600s'],
    ['a number with letters', '3600abc'],
    ['a number with an exponent', '1e3'],
    ['a number in hexadecimal', '0x10'],
    ['a number with a sign', '+3600'],
    ['a number with separators', '3,600'],
    ['two numbers', '3600 7200'],
    ['a fraction without its digits', '3600.'],
    ['a duration of ISO 8601', 'PT1H'],
    ['a Unix time of the past', nowSeconds - 1],
    ['now', nowSeconds],
    ['a Unix time beyond a year', nowSeconds + year + 1],
    ['an ISO time of the past', '2026-11-23T11:59:59Z'],
    ['an ISO time beyond a year', '2028-01-01T00:00:00Z'],
    ['an ISO time without its zone', '2026-11-23T13:00:00'],
    ['a day that does not exist', '2027-02-30'],
  ])('is not believed when it is %s', (_, value) => {
    expect(lifetimeSeconds(value, now)).toBeUndefined()
  })
})

describe('an access token lives', () => {
  it.each([
    ['as expires_in says', { expires_in: 1800 }, 1800],
    ['for the smaller of both (Zoho)', { expires_in: 3_600_000, expires_in_sec: 3600 }, 3600],
    ['in milliseconds, for they are an hour (Zoho)', { expires_in: 3_600_000 }, 3600],
    ['in milliseconds, for they are a day', { expires_in: 86_400_000 }, 86_400],
    ['in seconds, for they are 60 days (Facebook, LinkedIn)', { expires_in: 5_184_000 }, 5_184_000],
    ['in seconds, for they are 30 days', { expires_in: '2592000' }, 2_592_000],
    ['in seconds, for they are no round number', { expires_in: 5_183_944 }, 5_183_944],
    ['for the smaller of both, as texts', { expires_in: '3600000', expires_in_sec: '3600' }, 3600],
    ['for the smaller of both, the other way round', { expires_in: 600, expires_in_sec: 3600 }, 600],
    ['as the one says that can be believed', { expires_in: null, expires_in_sec: 3600 }, 3600],
    ['as the one says that can be believed', { expires_in: 1800, expires_in_sec: 0 }, 1800],
    [
      'as expires_in says, regardless of what the moment is (Strava)',
      { expires_in: 21_600, expires_at: nowSeconds + 60 },
      21_600,
    ],
    ['until a moment where nothing else is said', { expires_at: nowSeconds + 21_600 }, 21_600],
    ['until a moment where expires_in cannot be true', { expires_in: 0, expires_at: nowSeconds + 900 }, 900],
    ["until a moment of Microsoft's v1 endpoint", { expires_on: String(nowSeconds + 3599) }, 3599],
    ['as an older name says', { expires: '5183999' }, 5_183_999],
    ['for an hour where nothing is said', {}, 3600],
    ['for an hour where nothing can be believed', { expires_in: 'soon', expires_at: 0 }, 3600],
    ['for an hour where it has no lifetime left (spring-security issue 4810)', { expires_in: 0 }, 3600],
    ['for an hour where it says for ever', { expires_in: -1 }, 3600],
    ['for an hour where it says a hundred years', { expires_in: 3_155_760_000 }, 3600],
  ])('%s', (_, fields, seconds) => {
    expect(accessLifetimeSeconds(fields, now)).toBe(seconds)
  })
})

describe('a refresh token lives', () => {
  it.each([
    ['as GitHub says', { refresh_token_expires_in: 15_811_200 }, 15_811_200],
    ['as QuickBooks says', { x_refresh_token_expires_in: 8_726_400 }, 8_726_400],
    ['as Keycloak says', { refresh_expires_in: 1800 }, 1800],
    ['as a text says', { refresh_token_expires_in: '86400' }, 86_400],
    ['for the smallest', { refresh_token_expires_in: 86_400, refresh_expires_in: 1800 }, 1800],
    ['until a moment', { refresh_token_expires_in: nowSeconds + 86_400 }, 86_400],
    ["without an end, in Keycloak's word for it", { refresh_expires_in: 0 }, undefined],
    ['without an end where that is immense', { refresh_token_expires_in: 3_155_760_000 }, undefined],
    ['without an end where that is no number', { refresh_token_expires_in: 'long' }, undefined],
    ['without an end where nothing is said', { expires_in: 3600 }, undefined],
  ])('%s', (_, fields, seconds) => {
    expect(refreshLifetimeSeconds(fields, now)).toBe(seconds)
  })
})
