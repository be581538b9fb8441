// The control page over sockets: who may use it, what each action does at the token endpoint, and the mails that it shows.

import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startControlPage } from '../../local/control-page/server.ts'
import { troubles } from '../../local/control-page/troubles.ts'
import { mailsOf } from '../../local/mails.ts'
import { templateWith } from '../lib/support.ts'
import { embedded } from '../support/embedded.ts'

const template = templateWith({ signIn: 'on' }).toJSON()

const started = async () => {
  const e = await embedded({ signIn: true })
  e.entra.updateClient(e.clientId, { redirectUris: [`${e.signInUrl}signed-in`] })
  const page = await startControlPage({
    ...e,
    redirectUris: [],
    now: () => e.clock.now(),
    mails: () => mailsOf(template, e.eventBus.entries),
  })
  onTestFinished(() => page.close())
  const act = async (action: string, fields: Record<string, string> = {}): Promise<string> => {
    const body = new URLSearchParams({ action, ...fields })
    return (await fetch(page.url, { method: 'POST', headers: { origin: new URL(page.url).origin }, body })).text()
  }
  const show = async (): Promise<string> => (await fetch(page.url)).text()
  return { e, page, act, show, user: { userName: e.userName }, client: { clientId: e.clientId } }
}

/** With headers that a browser sets itself. */
const statusOf = (url: string, options: { readonly method?: string; readonly headers?: Record<string, string> }) =>
  new Promise<number | undefined>((resolve, reject) => {
    const asked = request(url, options, (answer) => resolve(answer.resume().statusCode))
    asked.once('error', reject).end()
  })

describe('the control page', () => {
  it('answers at its own address only, and no page of another origin', async () => {
    const { page } = await started()
    const { origin } = new URL(page.url)
    expect(await statusOf(page.url, {})).toBe(200)
    expect(await statusOf(`${origin}/`, {})).toBe(404)
    expect(await statusOf(`${origin}/${'0'.repeat(32)}/`, {})).toBe(404)
    expect(await statusOf(page.url, { headers: { host: 'rebound.example' } })).toBe(403)
    const elsewhere = { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }
    expect(await statusOf(page.url, { method: 'POST', headers: elsewhere })).toBe(403)
    expect(await statusOf(page.url, { method: 'POST', headers: { origin: 'null' } })).toBe(403)
  })

  it('runs and loads nothing, and is framed by nothing', async () => {
    const { page } = await started()
    const { headers } = await fetch(page.url)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it.each([
    ['mfa-on', 'AADSTS50076'],
    ['disable', 'AADSTS50057'],
    ['block', 'AADSTS53003'],
    ['revoke', 'AADSTS50173'],
  ])('with %s has the next refresh end in %s', async (action, code) => {
    const { e, act, user } = await started()
    await e.connect('a')
    expect(await act(action, user)).toContain('role="status"')
    await e.tickAfter(90)
    expect((await e.tags('a'))['token-refresher:reason'] ?? '').toContain(action === 'mfa-on' ? '' : code)
    if (action === 'mfa-on') await expect(e.connect('b')).rejects.toThrow(code)
  })

  it.each([
    ['disable', 'enable'],
    ['block', 'unblock'],
    ['mfa-on', 'mfa-off'],
  ])('undoes %s with %s', async (done, undone) => {
    const { e, act, user } = await started()
    await act(done, user)
    await act(undone, user)
    expect(await e.connect('a')).toMatchObject({ status: 'healthy' })
  })

  it('makes users and clients, and shows password and client secret once', async () => {
    const { e, act, show } = await started()
    const password = /shown once: ([^<]+)</.exec(await act('add-user', { userName: 'new@example.com' }))?.[1]
    const [, client_id, client_secret] =
      /Client (\S+) is there.*shown once: ([^<]+)</.exec(await act('add-client')) ?? []
    expect(await show()).not.toContain(client_secret)
    expect(await show()).not.toContain(password)
    const login = { client_id, client_secret, userName: 'new@example.com', password }
    expect(await e.connect('a', login)).toMatchObject({ status: 'healthy' })
  })

  it('lets client secrets expire, and makes another', async () => {
    const { e, act, client } = await started()
    await act('expire-secrets', client)
    await expect(e.connect('a')).rejects.toThrow('AADSTS7000222')
    const client_secret = /shown once: ([^<]+)</.exec(await act('new-secret', client))?.[1]
    expect(await e.connect('a', { client_secret })).toMatchObject({ status: 'healthy' })
  })

  it.each(troubles.filter(({ name }) => !['none', 'silent', 'gzip', 'no-refresh-token'].includes(name)))(
    'makes the trouble "$name", and ends it',
    async ({ name }) => {
      const { e, act } = await started()
      await e.connect('a')
      expect(await act('trouble', { trouble: name })).toContain(`value="${name}" selected`)
      expect(await e.tickAfter(90)).toMatchObject({ refreshed: 0 })
      await act('trouble', { trouble: 'none' })
      e.clock.advance(120 * 60_000)
      expect(await e.refresh({ connections: ['a'], force: true })).toMatchObject({ refreshed: 1 })
    },
  )

  it('says what it has not done', async () => {
    const { act } = await started()
    expect(await act('no-such-action')).toContain('There is no such action.')
    expect(await act('disable')).toContain('Nothing was changed: userName is missing.')
    expect(await act('disable', { userName: '<b>no one</b>' })).toContain('knows no user &#34;&#60;b&#62;no one')
    expect(await act('trouble', { trouble: 'none of these' })).toContain('there is no such trouble')
  })

  it('shows the mails, with a link to sign in that works', async () => {
    const { e, act, show, user } = await started()
    await e.connect('a')
    await act('revoke', user)
    await e.tickAfter(90)
    await e.tickAfter(5)
    const page = await show()
    expect(page).toContain('The connection a needs a person.')
    expect(page).toContain(`Forward this message to ${e.userName}`)
    const link = /href="([^"]+link=[^"]+)"/.exec(page)?.[1] ?? ''
    expect(await (await fetch(link)).text()).toContain('<h1>Sign in for a</h1>')
  })
})
