// The control page over sockets: who may use it, what each action does at the token endpoint, and the mails that it shows.

import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { idOf, oddAnswers } from '../../local/control-page/odd-answers.ts'
import { troubles } from '../../local/control-page/troubles.ts'
import { type Answer, send, startControlled } from './support/control-page.ts'

describe('the control page', () => {
  it('answers at its own address only, and no page of another origin', async () => {
    const { page, e } = await startControlled()
    const { origin } = new URL(page.url)
    const statusOf = async (...asked: Parameters<typeof send>) => (await send(...asked)).status
    expect(await statusOf(page.url)).toBe(200)
    expect(await statusOf(`${origin}/`)).toBe(404)
    const form = new URLSearchParams({ action: 'disable', userName: e.userName })
    const post = { method: 'POST', headers: { origin } }
    expect(await statusOf(`${origin}/${'0'.repeat(32)}/`, post, form)).toBe(404)
    expect(await statusOf(page.url, { ...post, headers: { host: 'rebound.example' } }, form)).toBe(403)
    const elsewhere = { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }
    expect(await statusOf(page.url, { ...post, headers: elsewhere }, form)).toBe(403)
    expect(await statusOf(page.url, { ...post, headers: { origin: 'null' } }, form)).toBe(403)
    expect(await statusOf(page.url, { ...post, headers: { 'sec-fetch-site': 'same-site' } }, form)).toBe(403)
    expect(await statusOf(page.url, { method: 'PUT', headers: { origin } }, form)).toBe(405)
    expect(await e.connect('a')).toMatchObject({ status: 'healthy' })
  })

  it('runs and loads nothing, is framed by nothing, and shows its address to no other site', async () => {
    const { page } = await startControlled()
    const { headers } = await send(page.url)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['referrer-policy']).toBe('same-origin')
    expect(headers['cache-control']).toBe('no-store')
  })

  it('shows connections, and no password, client secret or token of theirs', async () => {
    const { e, show, page } = await startControlled()
    await e.connect('a')
    expect(await show()).toContain('Connections: a')
    expect(e.leaks(await show())).toEqual([])
    expect(e.leaks(JSON.stringify(e.login))).toEqual(['password', 'client_secret'])
    expect(page.url).toMatch(/\/[0-9a-f]{32}\/$/)
  })

  it('names no connection that was removed', async () => {
    const { e, act, show, user } = await startControlled()
    await e.connect('a')
    await e.aws.send(new DeleteSecretCommand({ SecretId: 'token-refresher/grants/a' }))
    expect(await show()).not.toContain('Connections: a')
    expect(await act('disable', user)).toContain('This concerns no connection yet.')
  })

  it('shows what an action says once, also after a reload', async () => {
    const { act, show, user } = await startControlled()
    expect(await act('disable', user)).toContain('role="status"')
    expect(await show()).not.toContain('role="status"')
  })

  it.each([
    ['mfa-on', 'AADSTS50076'],
    ['disable', 'AADSTS50057'],
    ['block', 'AADSTS53003'],
    ['revoke', 'AADSTS50173'],
  ])('says that with %s the next refresh ends in %s, and it does', async (action, code) => {
    const { e, act, user } = await startControlled()
    await e.connect('a')
    const said = await act(action, user)
    expect(said).toContain('The next refresh of a is refused')
    expect(said).toContain(code)
    expect(said).toContain('token-refresher refresh a')
    await e.tickAfter(90)
    expect((await e.tags('a'))['token-refresher:reason']).toContain(code)
    if (action !== 'revoke') await expect(e.connect('b')).rejects.toThrow(code)
  })

  it.each([
    ['disable', 'enable'],
    ['block', 'unblock'],
    ['mfa-on', 'mfa-off'],
  ])('undoes %s with %s', async (done, undone) => {
    const { e, act, user } = await startControlled()
    await act(done, user)
    await act(undone, user)
    expect(await e.connect('a')).toMatchObject({ status: 'healthy' })
  })

  it('changes a password: the old one is refused, and a confidential client goes on', async () => {
    const { e, act, ask, user } = await startControlled()
    await e.connect('a')
    const said = await act('new-password', user)
    expect(codeIn(await ask())).toBe('50126')
    expect(await ask({ password: secretIn(said) })).toMatchObject({ status: 200 })
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
  })

  it('makes users and clients, and shows password and client secret once', async () => {
    const { e, act, show } = await startControlled()
    const password = secretIn(await act('add-user', { userName: 'new@example.com' }))
    const made = await act('add-client')
    const client_secret = secretIn(made)
    const client_id = /Client (\S+) is there/.exec(made)?.[1]
    expect(await show()).not.toContain(client_secret)
    expect(await show()).not.toContain(password)
    const login = { client_id, client_secret, userName: 'new@example.com', password }
    expect(await e.connect('a', login)).toMatchObject({ status: 'healthy' })
  })

  it('makes a user with a second factor, and shows the one-time code', async () => {
    const { e, act, ask, show } = await startControlled()
    const password = secretIn(await act('add-user', { userName: 'new@example.com', mfa: 'on' }))
    expect(codeIn(await ask({ username: 'new@example.com', password }))).toBe('50076')
    expect(await show()).toContain(e.entra.oneTimeCode('new@example.com'))
  })

  it('lets client secrets expire, and makes another', async () => {
    const { e, act, client } = await startControlled()
    await e.connect('a')
    expect(await act('expire-secrets', client)).toContain('The next refresh of a is refused: AADSTS7000222')
    await expect(e.connect('b')).rejects.toThrow('AADSTS7000222')
    const client_secret = secretIn(await act('new-secret', client))
    expect(await e.connect('b', { client_secret })).toMatchObject({ status: 'healthy' })
  })

  it('allows a client to change its own client secrets, and forbids it again', async () => {
    const { e, act, show, client } = await startControlled({ clientSecretRenewal: true })
    await e.connect('a')
    const start = { client: e.clientId, renewal: 'start', tenant: 'example.com' } as const
    const denied = { refused: { code: 'Authorization_RequestDenied' } }
    expect(await e.manageRenewal(start)).toMatchObject(denied)
    const said = await act('allow-renewal', client)
    expect(said).toContain(`token-refresher client renew-secret ${e.clientId} --automatic --tenant example.com`)
    expect(await show()).toContain('May change its own client secrets.')
    expect(await e.manageRenewal(start)).toMatchObject({ done: 'made', automatic: true })
    expect(await act('forbid-renewal', client)).toContain('Authorization_RequestDenied')
    expect(await show()).not.toContain('May change its own client secrets.')
    expect(await e.manageRenewal({ client: e.clientId, renewal: 'check' })).toMatchObject(denied)
  })

  it('disables a client, and enables it again', async () => {
    const { act, ask, client } = await startControlled()
    await act('disable-client', client)
    expect(codeIn(await ask())).toBe('7000112')
    await act('enable-client', client)
    expect(await ask()).toMatchObject({ status: 200 })
  })

  // These two take as long as the refresher waits.
  it.each(troubles.filter(({ name }) => !['none', 'silent', 'slow'].includes(name)))(
    'makes the trouble "$name", and ends it',
    async ({ name, says }) => {
      const { e, act } = await startControlled()
      await e.connect('a')
      expect(await act('trouble', { trouble: name })).toContain(`Now: <strong>${says}</strong>`)
      expect(await e.tickAfter(90)).toMatchObject({ refreshed: 0 })
      await act('trouble', { trouble: 'none' })
      e.clock.advance(120 * 60_000)
      expect(await e.refresh({ connections: ['a'], force: true })).toMatchObject({ refreshed: 1 })
    },
  )

  it('leaves requests without an answer, or lets it drip, until usual answers are chosen', async () => {
    const { e, act, ask } = await startControlled()
    const whole = (milliseconds: number) =>
      fetch(e.tokenEndpoint, { method: 'POST', signal: AbortSignal.timeout(milliseconds) }).then((one) => one.text())
    await act('trouble', { trouble: 'silent' })
    await expect(whole(300)).rejects.toThrow(/timeout/)
    await act('trouble', { trouble: 'slow' })
    const { status, body } = await fetch(e.tokenEndpoint, { method: 'POST' })
    const reader = body?.getReader()
    expect({ status, bytes: (await reader?.read())?.value?.length }).toEqual({ status: 400, bytes: 1 })
    await reader?.cancel()
    await act('trouble', { trouble: 'none' })
    expect(await ask()).toMatchObject({ status: 200 })
  })

  it('gives each odd answer of its list once', async () => {
    const { act, ask } = await startControlled()
    const all = oddAnswers.flatMap(({ answers }) => answers)
    for (const one of all) {
      expect(await act('odd-answer', { answer: idOf(one) })).toContain('One token request, the next')
      expect({ answer: idOf(one), usual: isUsual(await ask()) }).toEqual({ answer: idOf(one), usual: false })
      expect({ afterwards: idOf(one), usual: isUsual(await ask()) }).toEqual({ afterwards: idOf(one), usual: true })
    }
    expect(all.length).toBeGreaterThan(70)
  })

  it('takes back its own odd answers alone', async () => {
    const { e, act, ask } = await startControlled()
    const end = e.entra.habits.add({ kind: 'throttle' }, { times: 'always' })
    await act('odd-answer', { answer: 'fields/no refresh token' })
    await act('trouble', { trouble: 'none' })
    expect(await ask()).toMatchObject({ status: 429 })
    end()
    expect(isUsual(await ask())).toBe(true)
  })

  it('says what it has not done', async () => {
    const { act } = await startControlled()
    expect(await act('no-such-action')).toContain('There is no such action.')
    expect(await act('disable')).toContain('Nothing was changed: userName is missing.')
    expect(await act('disable', { userName: '<b>no one</b>' })).toContain('knows no user &#34;&#60;b&#62;no one')
    expect(await act('trouble', { trouble: 'none of these' })).toContain('there is no such trouble')
    expect(await act('odd-answer', { answer: 'none of these' })).toContain('there is no such answer')
  })

  it('shows the mails, with a link to sign in that works', async () => {
    const { e, act, show, user } = await startControlled()
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

const secretIn = (page: string): string => {
  const found = /shown once: ([^<]+)</.exec(page)?.[1]
  if (found === undefined) throw new Error('the page shows no password and no client secret')
  return found
}

const codeIn = ({ body }: Answer): string | undefined => /AADSTS(\d+)/.exec(body.toString('utf8'))?.[1]

/** Whether it is what Entra sends, to the byte as far as that matters. */
const isUsual = ({ status, headers, body }: Answer): boolean => {
  const text = body.toString('utf8')
  const isJson = headers['content-type']?.startsWith('application/json') && headers['content-encoding'] === undefined
  if (status !== 200 || !isJson || !text.startsWith('{') || !text.endsWith('}') || text.includes('extension')) {
    return false
  }
  const { refresh_token, expires_in } = JSON.parse(text)
  return typeof refresh_token === 'string' && Number.isInteger(expires_in) && expires_in >= 3600 && expires_in <= 5400
}
