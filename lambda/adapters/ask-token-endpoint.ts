// Asking: one request to a token endpoint, its answer kept whole. What it means is for interpret-token-answer.ts.

import * as oauth from 'oauth4webapi'
import type { Reply } from '../core/classify.ts'
import { deviceCodeGrantType } from '../core/login.ts'
import type { RequestGrant, TokenRequest } from '../ports.ts'
import type { Dispatcher } from './undici.ts'

/** No token answer is near this; what is larger is not read to its end. */
export const largestAnswerBytes = 1_000_000

/** What came back, and the OAuth library's own view of it. */
export interface Asked {
  readonly reply: Reply
  readonly as: oauth.AuthorizationServer
  readonly client: oauth.Client
}

export interface Wire {
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

/** What the OAuth library is given in place of the answer, which is interpreted later. */
const neverRead = new Response(null, { status: 599 })

export const askTokenEndpoint = async ({ dispatcher, now }: Wire, request: TokenRequest): Promise<Asked> => {
  const { client: known, grant } = request
  const as: oauth.AuthorizationServer = {
    issuer: new URL(known.token_endpoint).origin,
    token_endpoint: known.token_endpoint,
  }
  const client: oauth.Client = { client_id: known.client_id }
  let reply: Reply | undefined
  const options: oauth.TokenEndpointRequestOptions = {
    // Whether http is allowed was decided when the client was stored; the library's own check is stricter.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url, init) => {
      reply = await exchange({ dispatcher, now }, url, init)
      return neverRead
    },
    headers: headersOf(request),
  }
  const parameters = { ...(request.scope && { scope: request.scope }), ...parametersOf(grant) }
  if (Object.values(parameters).includes('')) throw new Error('a parameter of the token request is empty')
  const sent = new URLSearchParams(parameters)
  await oauth.genericTokenEndpointRequest(as, client, authenticationOf(request), grant.grant_type, sent, options)
  if (reply === undefined) throw new Error('the OAuth library sent no request')
  return { reply, as, client }
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

const headersOf = ({ client, correlationId }: TokenRequest): Record<string, string> => ({
  'user-agent': 'token-refresher',
  'client-request-id': correlationId,
  // Tells Entra that this client obeys Retry-After and understands 429 (as MSAL does).
  ...(client.provider.name === 'entra' ? { 'x-ms-lib-capability': 'retry-after, h429' } : {}),
})

const authenticationOf = ({ client, clientSecret }: TokenRequest): oauth.ClientAuth => {
  if (clientSecret === undefined) return oauth.None()
  return client.token_endpoint_auth_method === 'client_secret_basic'
    ? oauth.ClientSecretBasic(clientSecret.value.reveal())
    : oauth.ClientSecretPost(clientSecret.value.reveal())
}

const exchange = async (
  { dispatcher, now }: Wire,
  url: string,
  init: oauth.CustomFetchOptions<string, URLSearchParams>,
): Promise<Reply> => {
  const { origin, pathname, search } = new URL(url)
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: init.headers,
      body: init.body.toString(),
    })
    const text = await readAtMost(body, largestAnswerBytes)
    if (text === undefined) return { kind: 'no-answer', code: 'answer_too_large', unsent: false }
    const retryAfter = headers['retry-after']
    const reply = { kind: 'answer', status: statusCode, body: text, receivedAt: now() } as const
    return typeof retryAfter === 'string' ? { ...reply, retryAfter } : reply
  } catch (error) {
    const code = codeOf(error)
    return { kind: 'no-answer', code, unsent: unsentCodes.has(code) || tlsCodes.test(code) }
  }
}

/** These fail before a connection stands, so nothing was sent. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** A certificate that was not believed: the handshake failed, so nothing was sent either. */
const tlsCodes = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : codeOf(error.cause)
}

const readAtMost = async (body: AsyncIterable<Buffer>, bytes: number): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > bytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
