// Microsoft's identity platform as the npm package emulate plays it, on loopback, and a user who signs in to it.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { createEmulator } from 'emulate'
import { portOf } from './oidc-provider-server.ts'

const redirectUri = 'https://app.example.com/callback'
const tokenPath = '/oauth2/v2.0/token'

export type Json = Readonly<Record<string, unknown>>

export interface Microsoft {
  readonly userName: string
  readonly clientId: string
  readonly clientSecret: string
  /** Its own: the path has no tenant. */
  readonly tokenEndpoint: string
  /** The same, where Microsoft has it: below a tenant. */
  readonly tenantTokenEndpoint: string
  /** Bodies of the token requests that came below the tenant. */
  readonly requests: URLSearchParams[]
  /** The authorization code flow with PKCE. @returns a refresh token */
  signIn(scope: string): Promise<string>
  /** Asks the token endpoint, as a person does who has got hold of a refresh token. */
  redeem(refreshToken: string): Promise<Json>
  /** Whom Microsoft Graph takes the bearer of this access token for. */
  userOf(accessToken: string): Promise<unknown>
  /** Revokes a token at its revocation endpoint. */
  revoke(token: string): Promise<void>
  close(): Promise<void>
}

export const startMicrosoft = async (): Promise<Microsoft> => {
  const userName = `anna-${randomUUID()}@example.com`
  const client = { client_id: randomUUID(), client_secret: randomBytes(24).toString('base64') }
  // Graph takes the bearer of any unknown token for the first user: ours is the second.
  const users = [
    { email: 'user@example.com', name: 'User' },
    { email: userName, name: 'Anna' },
  ]
  const oauth_clients = [{ ...client, name: 'App', redirect_uris: [redirectUri] }]
  const emulator = await createEmulator({
    service: 'microsoft',
    port: 0,
    seed: { microsoft: { users, oauth_clients } },
  })
  const url = `http://127.0.0.1:${new URL(emulator.url).port}`
  const requests: URLSearchParams[] = []
  const front = await tenantFront(url, requests)

  const post = (path: string, form: Readonly<Record<string, string>>) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
  const ask = async (form: Readonly<Record<string, string>>): Promise<Json> =>
    (await post(tokenPath, { ...client, ...form })).json().then(object)

  return {
    userName,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    tokenEndpoint: url + tokenPath,
    tenantTokenEndpoint: `${front.url}/organizations${tokenPath}`,
    requests,
    signIn: async (scope) => {
      const verifier = randomBytes(32).toString('base64url')
      const page = await fetch(
        `${url}/oauth2/v2.0/authorize?${new URLSearchParams({
          client_id: client.client_id,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope,
          state: randomUUID(),
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
        })}`,
      )
      const { action, fields } = formOf(await page.text(), userName)
      const back = new URL((await post(action, fields)).headers.get('location') ?? '')
      const code = back.searchParams.get('code') ?? ''
      const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
      return String((await ask(grant)).refresh_token)
    },
    redeem: (refresh_token) => ask({ grant_type: 'refresh_token', refresh_token }),
    userOf: async (accessToken) => {
      const answer = await fetch(`${url}/v1.0/me`, { headers: { authorization: `Bearer ${accessToken}` } })
      return object(await answer.json()).mail
    },
    revoke: async (token) => {
      await post('/oauth2/v2.0/revoke', { token })
    },
    close: async () => {
      await front.close()
      await emulator.close()
    },
  }
}

/** The button of this user on the page where one is chosen. */
const formOf = (page: string, userName: string) => {
  for (const [form] of page.matchAll(/<form.*?<\/form>/gs)) {
    const fields = Object.fromEntries(
      [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)].map(([, name = '', value = '']) => [
        name,
        value.replaceAll('&amp;', '&'),
      ]),
    )
    if (fields.email === userName) return { action: /action="([^"]*)"/.exec(form)?.[1] ?? '', fields }
  }
  throw new Error('the page does not offer the user')
}

/** Passes on what comes for a tenant, with the tenant left out. */
const tenantFront = async (url: string, requests: URLSearchParams[]) => {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    requests.push(new URLSearchParams(body))
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const answer = await fetch(url + (request.url ?? '').replace('/organizations', ''), {
      method: request.method ?? '',
      headers,
      body,
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(await answer.text())
  })
  const port = await portOf(server)
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

const object = (json: unknown): Json => (typeof json === 'object' && json !== null ? { ...json } : {})
