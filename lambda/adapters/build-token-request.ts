// Builds a token request as one HTTP request, with the client's authentication. Sends nothing.

import { deviceCodeGrantType } from '../core/login/login.ts'
import type { RequestGrant, TokenRequest } from '../ports.ts'
import type { WebRequest } from './send-request.ts'

/** @throws Error when the values make no valid request */
export const buildTokenRequest = (request: TokenRequest): WebRequest => {
  const { client, grant } = request
  const { protocol, href } = new URL(client.token_endpoint)
  // The check for http was made when the client was stored.
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('the token endpoint is not on HTTP')
  const { authorization, ...credentials } = authenticationOf(request)
  const parameters = {
    ...(request.scope && { scope: request.scope }),
    ...parametersOf(grant),
    // Makes Entra name the account of the tokens, without another scope.
    ...(client.provider.name === 'entra' && grant.grant_type !== 'client_credentials' && { client_info: '1' }),
    grant_type: grant.grant_type,
    ...credentials,
  }
  if (Object.values(parameters).includes('')) throw new Error('a parameter of the token request is empty')
  return {
    url: href,
    headers: { ...headersOf(request), ...(authorization !== undefined && { authorization }) },
    body: new URLSearchParams(parameters).toString(),
  }
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
    case 'client_credentials':
      return {}
  }
}

/** The values of a request that must not appear in a log, an event or a tag: its secrets, and the name of the account. */
export const secretsOf = ({ grant, clientSecret, clientAssertion }: TokenRequest): readonly string[] => {
  const { redirect_uri: _, ...secrets } = parametersOf(grant)
  const ofClient = [clientSecret?.value, clientAssertion].flatMap((one) => (one === undefined ? [] : [one.reveal()]))
  return [...Object.values(secrets), ...ofClient]
}

const headersOf = ({ client, correlationId }: TokenRequest): Record<string, string> => ({
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
  // Compressed answers can be read too, but some servers and proxies compress without a header, or set the header and do not compress.
  'accept-encoding': 'identity',
  'user-agent': 'token-refresher',
  'client-request-id': correlationId,
  // Announces to Entra that this client obeys Retry-After and understands 429 (as MSAL does).
  ...(client.provider.name === 'entra' ? { 'x-ms-lib-capability': 'retry-after, h429' } : {}),
})

/**
 * RFC 6749 section 2.3.1: of a public client only its id, of another its secret too, in the body or in a header. RFC 7523
 * section 2.2: an assertion that another issuer has signed; Microsoft requires the client id beside it.
 */
const authenticationOf = ({
  client: { client_id, token_endpoint_auth_method: method },
  clientSecret,
  clientAssertion,
}: TokenRequest): { readonly authorization: string } | Credentials => {
  if (clientAssertion !== undefined) {
    return { client_id, client_assertion_type: jwtBearer, client_assertion: clientAssertion.reveal() }
  }
  if (clientSecret === undefined) return { client_id }
  const client_secret = clientSecret.value.reveal()
  return method === 'client_secret_basic'
    ? { authorization: basic({ client_id, client_secret }) }
    : { client_id, client_secret }
}

interface Credentials {
  readonly authorization?: undefined
  readonly client_id: string
  readonly client_secret?: string
  readonly client_assertion_type?: string
  readonly client_assertion?: string
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * RFC 6749 section 2.3.1 form-encodes id and secret before they go into the header. Some providers decode them, others
 * compare them as they are. A character that decoding does not change is sent raw, which is correct for both.
 * Only what cannot be sent raw is encoded: what decoding would change (`%`, `+`, a blank), what a header may not hold
 * (control characters, non-ASCII), and a colon in the id, because the first colon ends the id.
 */
const basic = ({ client_id, client_secret }: { readonly client_id: string; readonly client_secret: string }): string =>
  `Basic ${btoa(`${encoded(client_id).replaceAll(':', '%3A')}:${encoded(client_secret)}`)}`

const encoded = (text: string): string =>
  text.toWellFormed().replace(/[^!-~]+|[%+]/gu, (characters) => encodeURIComponent(characters))
