// What a request must contain before each provider issues a refresh token.

import { providerOf } from './authority.ts'

interface Habit {
  /** Of the token endpoint, or of a host above it. */
  readonly hosts: readonly string[]
  readonly remedy: string
}

const habits: readonly Habit[] = [
  {
    hosts: ['googleapis.com', 'google.com'],
    remedy:
      'Sign in again with access_type=offline and prompt=consent in the authorization request: Google issues a refresh token with the first consent only.',
  },
  {
    hosts: ['zoho.com', 'zoho.eu', 'zoho.in', 'zoho.com.au', 'zoho.jp', 'zohocloud.ca'],
    remedy: 'Sign in again with access_type=offline and prompt=consent in the authorization request of Zoho.',
  },
  {
    hosts: ['dropboxapi.com', 'dropbox.com'],
    remedy: 'Sign in again with token_access_type=offline in the authorization request of Dropbox.',
  },
  { hosts: ['reddit.com'], remedy: 'Sign in again with duration=permanent in the authorization request of Reddit.' },
  {
    hosts: ['salesforce.com'],
    remedy: 'Add refresh_token to the scope, and allow that scope in the connected app of Salesforce.',
  },
]

const ofEntra =
  'Allow the delegated permission offline_access in the app registration, have it consented, and sign in again.'
const ofAny =
  "Ask for offline access in the provider's own way, then sign in again: offline_access in the scope for OpenID Connect providers, a parameter of the authorization request or a setting of the app elsewhere."

export const offlineAccessRemedy = (tokenEndpoint: string): string => {
  if (providerOf(tokenEndpoint).name === 'entra') return ofEntra
  const { hostname } = new URL(tokenEndpoint)
  return (
    habits.find(({ hosts }) => hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`)))?.remedy ??
    ofAny
  )
}
