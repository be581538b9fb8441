// Builds a token request as one HTTP request, with the client's authentication. Sends nothing.

import * as oauth from 'oauth4webapi'
import { deviceCodeGrantType } from '../core/login/login.ts'
import type { RequestGrant, TokenRequest } from '../ports.ts'
import type { Post } from './exchange.ts'

/** The OAuth library receives this in place of an answer, because the request is sent later. */
const neverRead = new Response(null, { status: 599 })

/** @throws Error when the values make no valid request. It may contain a secret, so it must not be logged */
export const buildTokenRequest = async (request: TokenRequest): Promise<Post> => {
  const { client: known, grant } = request
  const as: oauth.AuthorizationServer = {
    issuer: new URL(known.token_endpoint).origin,
    token_endpoint: known.token_endpoint,
  }
  const client: oauth.Client = { client_id: known.client_id }
  let post: Post | undefined
  const options: oauth.TokenEndpointRequestOptions = {
    // The check for http was made when the client was stored. The library allows less, so its check is off.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url, { headers, body }) => {
      post = { url, headers, body: body.toString() }
      return neverRead
    },
    headers: headersOf(request),
  }
  const parameters = {
    ...(request.scope && { scope: request.scope }),
    ...parametersOf(grant),
    // Makes Entra name the account of the tokens, without another scope.
    ...(known.provider.name === 'entra' && { client_info: '1' }),
  }
  if (Object.values(parameters).includes('')) throw new Error('a parameter of the token request is empty')
  const sent = new URLSearchParams(parameters)
  await oauth.genericTokenEndpointRequest(as, client, authenticationOf(request), grant.grant_type, sent, options)
  if (post === undefined) throw new Error('the OAuth library made no request')
  return post
}

const parametersOf = (grant: RequestGrant): Record<string, string> => {
  switch (grant.grant_type) {
    case 'password':
      return { username: grant.username, password: grant.password.reveal() }
    case 'authorization_code':
      return {
        code: grant.code.reveal(),
        redirect_uri: grant.redirect_uri,
        code_verifier: grant.code_verifier.reveal(),
      }
    case deviceCodeGrantType:
      return { device_code: grant.device_code.reveal() }
    case 'refresh_token':
      return { refresh_token: grant.refresh_token.reveal() }
  }
}

/** The values of a request that must not appear in a log, an event or a tag: its secrets, and the name of the account. */
export const secretsOf = ({ grant, clientSecret, clientAssertion }: TokenRequest): readonly string[] => {
  const { redirect_uri: _, ...secrets } = parametersOf(grant)
  const ofClient = [clientSecret?.value, clientAssertion].flatMap((one) => (one === undefined ? [] : [one.reveal()]))
  return [...Object.values(secrets), ...ofClient]
}

const headersOf = ({ client, correlationId }: TokenRequest): Record<string, string> => ({
  // Compressed answers can be read too, but some servers and proxies compress without a header, or set the header and do not compress.
  'accept-encoding': 'identity',
  'user-agent': 'token-refresher',
  'client-request-id': correlationId,
  // Announces to Entra that this client obeys Retry-After and understands 429 (as MSAL does).
  ...(client.provider.name === 'entra' ? { 'x-ms-lib-capability': 'retry-after, h429' } : {}),
})

const authenticationOf = ({ client, clientSecret, clientAssertion }: TokenRequest): oauth.ClientAuth => {
  if (clientAssertion !== undefined) return assertion(clientAssertion.reveal())
  if (clientSecret === undefined) return oauth.None()
  return client.token_endpoint_auth_method === 'client_secret_basic'
    ? basic(clientSecret.value.reveal())
    : oauth.ClientSecretPost(clientSecret.value.reveal())
}

/** RFC 7523 section 2.2. The assertion is signed by another issuer, and Microsoft requires the client id beside it. */
const assertion =
  (token: string): oauth.ClientAuth =>
  (_as, client, body) => {
    body.set('client_id', client.client_id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', token)
  }

/**
 * RFC 6749 section 2.3.1 form-encodes id and secret before they go into the header. Some providers decode them, others
 * compare them as they are. A character that decoding does not change is sent raw, which is correct for both.
 * Only what cannot be sent raw is encoded: what decoding would change (`%`, `+`, a blank), what a header may not hold
 * (control characters, non-ASCII), and a colon in the id, because the first colon ends the id.
 */
const basic =
  (secret: string): oauth.ClientAuth =>
  (_as, client, _body, headers) => {
    const id = encoded(client.client_id).replaceAll(':', '%3A')
    headers.set('authorization', `Basic ${btoa(`${id}:${encoded(secret)}`)}`)
  }

const encoded = (text: string): string =>
  text.toWellFormed().replace(/[^!-~]+|[%+]/gu, (characters) => encodeURIComponent(characters))
