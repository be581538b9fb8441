// What an authorization request says beside the parameters of RFC 6749, so that a refresh token comes back for the right account.

import { isEntraAuthorizationEndpoint } from './authorization-endpoint.ts'

export interface SuggestedFor {
  /** The authorization endpoint. */
  readonly url: URL
  readonly scope: string
  /** An account that happens to be signed in may not be the right one: the provider lets the person choose. */
  readonly choose: boolean
}

/**
 * Each gives way to what the endpoint's own query says. OpenID Connect Core section 11: without `prompt=consent` a provider may leave
 * `offline_access` out, and oidc-provider does. OneLogin knows no `consent`: there the query of the endpoint has to say `prompt=login`.
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
