// What is asked of a provider when a person signs in: what was typed survives, and what a provider needs is there.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { keys, onTerminal, run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack({
  settings: { tokenEndpointHosts: 'idp.example.com,accounts.google.com,oauth2.googleapis.com' },
})
/** Of an app registration that is not stored yet. */
const clientId = randomUUID()
const client = ['--client-id', clientId, '--auth-method', 'none', '--token-endpoint', 'https://idp.example.com/token']

/** The address that a person would open. */
const addressOf = async (endpoint: string, more: readonly string[] = []): Promise<URL> => {
  const args = ['bootstrap', 'a', '--browser', '--no-open', ...client, '--authorization-endpoint', endpoint]
  const session = onTerminal(stack, [...args, ...(more.includes('--scope') ? [] : ['--scope', 's']), ...more], {
    columns: 2000,
  })
  await session.until(/https:\/\/\S+code_challenge=\S+/)
  const address = new URL(/https:\/\/\S+code_challenge=\S+/.exec(session.screen())?.[0] ?? '')
  session.type(keys.interrupt)
  expect(await session.ended).toBe(130)
  return address
}

describe('with a browser', () => {
  it('has the person sign in anew, where nothing else was typed', async () => {
    const { searchParams } = await addressOf('https://idp.example.com/authorize', ['--username', 'sales@example.com'])
    expect(Object.fromEntries(searchParams)).toMatchObject({
      prompt: 'login',
      login_hint: 'sales@example.com',
    })
    expect(searchParams.has('access_type')).toBe(false)
  })

  it.each([
    ['prompt', 'login'],
    ['prompt', ''],
    ['login_hint', 'other@example.com'],
    ['access_type', 'offline'],
    ['audience', 'https://api.example.com'],
    ['token_access_type', 'offline'],
  ])('keeps %s=%s that was typed', async (name, value) => {
    const typed = `https://idp.example.com/authorize?${new URLSearchParams({ [name]: value })}`
    const { searchParams } = await addressOf(typed, ['--username', 'sales@example.com'])
    expect(searchParams.getAll(name)).toEqual([value])
    expect(searchParams.get('response_type')).toBe('code')
  })

  it('does not let parameters of a typed address replace the PKCE challenge, the state, the redirect or the client id', async () => {
    const typed = 'https://idp.example.com/authorize?state=x&code_challenge=x&redirect_uri=x&client_id=x'
    const { searchParams } = await addressOf(typed)
    for (const name of ['state', 'code_challenge', 'redirect_uri', 'client_id']) {
      expect(searchParams.getAll(name)).toHaveLength(1)
      expect(searchParams.get(name)).not.toBe('x')
    }
  })

  it('asks Google for a refresh token in its own words, and for another prompt where one was typed', async () => {
    const google = 'https://accounts.google.com/o/oauth2/v2/auth'
    expect(Object.fromEntries((await addressOf(google)).searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent select_account',
    })
    expect((await addressOf(`${google}?prompt=none`)).searchParams.getAll('prompt')).toEqual(['none'])
  })
})

describe('with a device code', () => {
  const asked: { readonly body: URLSearchParams; readonly authorization: string | undefined }[] = []
  let refusal: string | undefined
  const provider = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ body: new URLSearchParams(body), authorization: request.headers.authorization })
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: refusal ?? 'access_denied' }))
  })
  provider.listen(0, '127.0.0.1')
  afterAll(() => provider.close())

  const ask = async (login: Record<string, unknown>, path = '') => {
    asked.length = 0
    const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
    const endpoints =
      path === ''
        ? ['--token-endpoint', `${origin}/token`, '--device-authorization-endpoint', `${origin}/device`]
        : ['--token-endpoint', `${origin}${path}`]
    const args = ['bootstrap', 'a', '--device-code', '--from-file', '-', ...endpoints]
    const ended = await run(stack, args, { stdin: JSON.stringify({ client_id: clientId, ...login }) })
    return { ...ended, asked: asked[0] }
  }
  const entra = '/organizations/oauth2/v2.0/token'

  it('sends no empty scope', async () => {
    const { asked: request } = await ask({ token_endpoint_auth_method: 'none', scope: '' })
    expect([...(request?.body.keys() ?? [])]).toEqual(['client_id'])
  })

  it('asks Microsoft for offline_access, and sends it no client secret', async () => {
    const { asked: request } = await ask({ client_secret: 'a-secret', scope: 'Mail.Read' }, entra)
    expect(Object.fromEntries(request?.body ?? [])).toEqual({ client_id: clientId, scope: 'Mail.Read offline_access' })
  })

  it('sends the client secret by the method of the client, if the login has one', async () => {
    const post = await ask({ client_secret: 'a-secret\n', scope: 's' })
    expect(Object.fromEntries(post.asked?.body ?? [])).toEqual({
      client_id: clientId,
      client_secret: 'a-secret',
      scope: 's',
    })
    const basic = await ask({
      client_secret: 'a-secret',
      scope: 's',
      token_endpoint_auth_method: 'client_secret_basic',
    })
    expect(basic.asked?.authorization).toMatch(/^Basic /)
    expect(basic.asked?.body.has('client_secret')).toBe(false)
  })

  it.each(['invalid_client', 'unauthorized_client'])('(%s) says that the client secret is wanted', async (error) => {
    refusal = error
    const { status, stderr } = await ask({ token_endpoint_auth_method: 'none', scope: 's' })
    refusal = undefined
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('the device endpoint needs the client secret'),
    })
  })
})
