// Links to sign in at a provider that no one here wrote: oidc-provider, whose refresh tokens are single-use.

import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { comeBack, pressButton } from '../../local/owner.ts'
import { type Embedded, embedded } from '../support/embedded.ts'
import { AuthorizationServer } from '../support/oidc-provider.ts'
import { walkThroughForms } from '../support/oidc-provider-walk.ts'

const scope = 'openid profile offline_access'

const started = async () => {
  const e = await embedded({ signIn: true })
  const redirectUri = `${e.signInUrl}signed-in`
  const server = await AuthorizationServer.start([redirectUri])
  onTestFinished(() => server.close())

  /** As an operator hands over what a new connection needs. */
  const invite = async (connection: string, username: string): Promise<string> => {
    const name = `${connection}.invitation-${randomUUID()}`
    await e.storeLogin(name, {
      ...server.client('client_secret_post'),
      connection,
      scope,
      authorization_endpoint: `${server.url}/auth`,
      expected_username: username,
    })
    const login = `token-refresher/logins/${name}`
    return (await e.makeLink({ connection, login, link: { days: 3, by: 'Anna' } })).link
  }

  /** @returns heading of the last page */
  const signIn = async (link: string, user: string): Promise<string> => {
    const { address, cookie } = await pressButton(link)
    const back = await walkThroughForms(new URL(address), redirectUri, { login: user, password: randomUUID() })
    return comeBack(back, cookie)
  }
  return { e, server, invite, signIn }
}

const grantOf = (e: Embedded) => e.current('grants', 'a').json

describe('a link to sign in at another provider', () => {
  it('makes a connection whose account is issuer and subject of the id_token', async () => {
    const { e, server, invite, signIn } = await started()
    expect(await signIn(await invite('a', 'anna@example.com'), 'anna')).toBe('Done')
    expect(grantOf(e).account).toEqual({ id: `openid ${server.url} anna`, username: 'anna@example.com' })
    expect(await server.userOf(String(e.current('connections', 'a').json.access_token))).toBe('anna')
  })

  it('is for the user whom the invitation names', async () => {
    const { e, invite, signIn } = await started()
    const link = await invite('a', 'anna@example.com')
    expect(await signIn(link, 'berta')).toBe('That was another account')
    expect(e.secretsManager.inspect('token-refresher/grants/a')).toBeUndefined()
    expect(await signIn(link, 'anna')).toBe('Done')
  })

  it('is made for a known connection from what is stored, and mends it as the same account only', async () => {
    const { e, server, invite, signIn } = await started()
    await signIn(await invite('a', 'anna@example.com'), 'anna')
    await server.endGrant(String(grantOf(e).refresh_token))
    const { link } = await e.makeLink({ connection: 'a', link: { days: 3, by: 'Anna' } })
    const before = e.current('connections', 'a').text
    expect(await signIn(link, 'berta')).toBe('That was another account')
    expect(e.current('connections', 'a').text).toBe(before)
    expect(await signIn(link, 'anna')).toBe('Done')
    expect(await server.userOf(String(e.current('connections', 'a').json.access_token))).toBe('anna')
    expect(e.status('a').status).toBe('healthy')
  })

  it('keeps the account over refreshes', async () => {
    const { e, server, invite, signIn } = await started()
    await signIn(await invite('a', 'anna@example.com'), 'anna')
    for (let refreshes = 0; refreshes < 3; refreshes++) {
      expect(await e.tickAfter(75)).toMatchObject({ refreshed: 1 })
      expect(grantOf(e).account).toEqual({ id: `openid ${server.url} anna`, username: 'anna@example.com' })
    }
  })
})
