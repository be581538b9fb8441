// Parameters in addition to those of RFC 6749, so that the provider returns a refresh token for the right account.

import { isEntraAuthorizationEndpoint } from './authorization-endpoint.ts'

export interface SuggestedFor {
  /** The authorization endpoint. */
  readonly url: URL
  readonly scope: string
  /** Another account may be signed in already, so the provider lets the person choose. */
  readonly choose: boolean
}

/**
 * The query of the endpoint overrides each of these. OpenID Connect Core section 11: without `prompt=consent` a provider may leave
 * `offline_access` out, and oidc-provider does. OneLogin does not know `consent`, so the query of the endpoint must contain `prompt=login`.
 */
export const suggestedParameters = ({ url, scope, choose }: SuggestedFor): Readonly<Record<string, string>> => {
  // developers.google.com/identity/protocols/oauth2/web-server; www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
  if (url.hostname === 'accounts.google.com') return { access_type: 'offline', prompt: 'consent select_account' }
  if (/^accounts\.zoho\./.test(url.hostname)) return { access_type: 'offline', prompt: 'consent' }
  if (isEntraAuthorizationEndpoint(url.pathname)) return choose ? { prompt: 'select_account' } : {}
  const isOffline = scope.split(/\s+/).includes('offline_access')
  const prompt = [...(choose ? ['login'] : []), ...(isOffline ? ['consent'] : [])].join(' ')
  return prompt === '' ? {} : { prompt }
}
