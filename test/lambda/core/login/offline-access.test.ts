// What a provider has to be asked for before it issues a refresh token, in its own words.

import { expect, it } from 'vitest'
import { offlineAccessRemedy } from '../../../../lambda/core/login/offline-access.ts'

it.each([
  ['https://oauth2.googleapis.com/token', 'access_type=offline and prompt=consent'],
  ['https://accounts.google.com/o/oauth2/token', 'access_type=offline and prompt=consent'],
  ['https://accounts.zoho.eu/oauth/v2/token', 'access_type=offline and prompt=consent'],
  ['https://api.dropboxapi.com/oauth2/token', 'token_access_type=offline'],
  ['https://www.reddit.com/api/v1/access_token', 'duration=permanent'],
  ['https://login.salesforce.com/services/oauth2/token', 'refresh_token to the scope'],
  ['https://login.microsoftonline.com/organizations/oauth2/v2.0/token', 'delegated permission offline_access'],
  ['https://idp.example.com/token', 'offline_access in the scope for OpenID Connect providers'],
])('at %s it is %s', (endpoint, words) => {
  expect(offlineAccessRemedy(endpoint)).toContain(words)
})

it.each(['https://notgoogle.com/token', 'https://google.com.example.com/token', 'https://idp.example.com/google.com'])(
  '%s is none of these providers',
  (endpoint) => {
    expect(offlineAccessRemedy(endpoint)).toBe(offlineAccessRemedy('https://idp.example.com/token'))
  },
)
