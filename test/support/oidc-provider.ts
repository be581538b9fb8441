// A real authorization server on loopback: oidc-provider with rotating refresh tokens, and a user who signs in to it.

import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import * as oauth from 'oauth4webapi'
import { Provider } from 'oidc-provider'
import { portOf } from './oidc-provider-server.ts'
import { walkThroughForms } from './oidc-provider-walk.ts'

export const authMethods = ['client_secret_post', 'client_secret_basic', 'none'] as const
export type AuthMethod = (typeof authMethods)[number]

export const scope = 'openid offline_access'
const redirectUri = 'https://app.example.com/callback'
const hour = 3600
const day = 24 * hour

interface Credentials {
  readonly id: string
  /** With every character that RFC 6749 (Appendix A) and its encodings make difficult. */
  readonly secret: string
}

/** The keys of a login that say whose client it is. */
export interface ClientOfLogin {
  readonly token_endpoint: string
  readonly token_endpoint_auth_method: AuthMethod
  readonly client_id: string
  readonly client_secret?: string
}

/** Stands around every token request: call `next` to have it answered, destroy the socket to lose the answer. */
export type Around = (next: () => Promise<void>, socket: Socket) => Promise<void>

export class AuthorizationServer {
  readonly url: string
  /** In the order in which they happened. */
  readonly told: ('refresh_token.consumed' | 'grant.revoked')[] = []
  around: Around = (next) => next()
  readonly #http: Server
  readonly #provider: Provider
  readonly #clients: Readonly<Record<AuthMethod, Credentials>>

  private constructor(
    http: Server,
    { url, redirectUris }: { readonly url: string; readonly redirectUris: readonly string[] },
  ) {
    this.#http = http
    this.url = url
    const make = () => ({ id: `app-${randomUUID()}`, secret: `${randomBytes(24).toString('base64')} %2B+&=:"/` })
    this.#clients = { client_secret_post: make(), client_secret_basic: make(), none: make() }
    this.#provider = new Provider(url, configuration(this.#clients, redirectUris))
    this.#provider.use((context, next) => (context.path === '/token' ? this.around(next, context.req.socket) : next()))
    for (const event of ['refresh_token.consumed', 'grant.revoked'] as const) {
      this.#provider.on(event, () => this.told.push(event))
    }
  }

  /** @param more redirect URIs of its clients, beside the one of `signIn` */
  static async start(more: readonly string[] = []): Promise<AuthorizationServer> {
    const http = createServer()
    const redirectUris = [redirectUri, ...more]
    const server = new AuthorizationServer(http, { url: `http://127.0.0.1:${await portOf(http)}`, redirectUris })
    http.on('request', server.#provider.callback())
    return server
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections()
    await this.#http[Symbol.asyncDispose]()
  }

  /** Nothing has been reported yet, and nothing stands around the token requests. */
  forget(): void {
    this.told.length = 0
    this.around = (next) => next()
  }

  client(method: AuthMethod): ClientOfLogin {
    const { id, secret } = this.#clients[method]
    const base = { token_endpoint: `${this.url}/token`, client_id: id, token_endpoint_auth_method: method }
    return method === 'none' ? base : { ...base, client_secret: secret }
  }

  /** The authorization code flow with PKCE, as a browser and an app go through it. */
  async signIn(method: AuthMethod, user: string): Promise<string> {
    const { as, client, authentication } = await this.#app(method)
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const authorize = new URL(as.authorization_endpoint ?? '')
    const challenge = await oauth.calculatePKCECodeChallenge(verifier)
    authorize.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      prompt: 'consent',
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }).toString()
    const back = await walkThroughForms(authorize, redirectUri, { login: user, password: randomUUID() })
    const parameters = oauth.validateAuthResponse(as, client, back, state)
    const answer = await oauth.processAuthorizationCodeResponse(
      as,
      client,
      await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        insecure,
      ),
    )
    if (answer.refresh_token === undefined) throw new Error('the sign-in gave no refresh token')
    return answer.refresh_token
  }

  /** Whom the protected resource takes the bearer of this access token for. */
  async userOf(accessToken: string): Promise<unknown> {
    const answer = await fetch(`${this.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    if (answer.status !== 200) return answer.status
    const { sub }: Record<string, unknown> = JSON.parse(await answer.text())
    return sub
  }

  /** Uses a refresh token, as a person does who has got hold of it. */
  async redeem(method: AuthMethod, refreshToken: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const { as, client, authentication } = await this.#app(method)
    const answer = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, insecure)
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }

  /** Its revocation endpoint (RFC 7009). */
  async revoke(method: AuthMethod, refreshToken: string): Promise<void> {
    const { as, client, authentication } = await this.#app(method)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, authentication, refreshToken, insecure),
    )
  }

  /** As an administrator of the server does. */
  async endGrant(refreshToken: string): Promise<void> {
    const token = await this.#provider.RefreshToken.find(refreshToken)
    const grant = await this.#provider.Grant.find(token?.grantId ?? '')
    if (grant === undefined) throw new Error('the server knows of no grant for this refresh token')
    await grant.destroy()
  }

  async #app(method: AuthMethod) {
    const issuer = new URL(this.url)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    const { id, secret } = this.#clients[method]
    const authentications = {
      client_secret_post: () => oauth.ClientSecretPost(secret),
      client_secret_basic: () => oauth.ClientSecretBasic(secret),
      none: () => oauth.None(),
    }
    return { as, client: { client_id: id }, authentication: authentications[method]() }
  }
}

const insecure = { [oauth.allowInsecureRequests]: true }

const configuration = (clients: Readonly<Record<AuthMethod, Credentials>>, redirectUris: readonly string[]) => ({
  clients: authMethods.map((method) => ({
    client_id: clients[method].id,
    ...(method === 'none' ? {} : { client_secret: clients[method].secret }),
    token_endpoint_auth_method: method,
    redirect_uris: redirectUris,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  })),
  rotateRefreshToken: true,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  findAccount: (_: unknown, accountId: string) => ({
    accountId,
    claims: async () => ({ sub: accountId, preferred_username: `${accountId}@example.com` }),
  }),
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  // As most providers do: what the scope asks for is in the id_token too.
  conformIdTokenClaims: false,
  ttl: { AccessToken: hour, IdToken: hour, Interaction: hour, Session: day, Grant: 90 * day, RefreshToken: 90 * day },
  cookies: { keys: [randomUUID()] },
  jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })] },
})
