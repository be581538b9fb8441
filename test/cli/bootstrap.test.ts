// `bootstrap` as a person meets it: questions, refusals, Ctrl-C, and no login left behind.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keys, onTerminal, run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()

/** Nobody may find one, whatever has happened. */
const noLoginLeft = (): void => expect(stack.logins()).toEqual([])

describe('on a terminal', () => {
  it('asks for what a first login needs, never shows a secret, and says what came of it', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'first', '--token-endpoint', stack.tokenEndpoint])
    await session.answer('Application (client) id', stack.clientId)
    await session.answer('Client secret (its value', stack.clientSecret)
    await session.answer('expires on', '2030-01-31')
    await session.answer('Scope', 'Mail.ReadWrite')
    await session.answer('User name', user.userName)
    await session.answer(`Password of ${user.userName}`, user.password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ first is healthy, and is refreshed by itself from now on.')
    expect(session.screen()).toContain('Apps read      token-refresher/connections/first')
    expect(session.screen()).toMatch(/Access token {3}expires in \d+ min/)
    for (const secret of [stack.clientSecret, user.password]) expect(session.written()).not.toContain(secret)
    noLoginLeft()
  })

  it('asks for user name and password only, for a second mailbox of a known client', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'second'])
    await session.answer('App registration', '')
    await session.answer('User name', user.userName)
    await session.answer(`Password of ${user.userName}`, user.password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).not.toMatch(/Client secret|Scope|tenant/)
    noLoginLeft()
  })

  it('does not take the id of a client secret for its value, nor an expiry that is none', async () => {
    const session = onTerminal(stack, ['bootstrap', 'third', '--client-id', 'new', '--tenant', 'example.com'])
    await session.answer('Client secret (its value', '0b1c2d3e-1111-4222-8333-444455556666')
    await session.until('That is the id of a client secret')
    session.type('\u0015')
    await session.answer('Client secret (its value', 'something-else')
    await session.answer('expires on', 'tomorrow')
    await session.until('must be an ISO 8601 time')
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    noLoginLeft()
  })

  it('warns before it replaces a healthy connection, and leaves it alone when told no', async () => {
    await stack.connect('healthy')
    const session = onTerminal(stack, ['bootstrap', 'healthy'])
    await session.answer('healthy is healthy. Replace it by a new sign-in?', 'n')
    expect(await session.ended).toBe(1)
    expect(session.screen()).toContain('nothing was changed')
  })

  it('shows a wrong password with class, cause and remedy', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, [
      'bootstrap',
      'wrong',
      '--client-id',
      stack.clientId,
      '--username',
      user.userName,
    ])
    await session.answer(`Password of ${user.userName}`, 'not-the-password')
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('refused: account AADSTS50126, wrong user name or password')
    expect(session.screen()).toContain('Correct user name and password')
    expect(session.screen()).toContain('More: docs/runbook.md#account')
    noLoginLeft()
  })

  it('shows that a second factor stands in the way', async () => {
    const user = stack.addUser({ mfa: true })
    const session = onTerminal(stack, ['bootstrap', 'mfa', '--client-id', stack.clientId, '--username', user.userName])
    await session.answer(`Password of ${user.userName}`, user.password)
    expect(await session.ended).toBe(3)
    expect(session.screen()).toMatch(/refused: policy AADSTS5007[69]/)
    expect(session.screen()).toContain('More: docs/runbook.md#policy')
    noLoginLeft()
  })

  it('offers another try when something passing was in the way', async () => {
    const user = stack.addUser()
    stack.entra.answerWith({ code: 50000, times: 1, when: { grantType: 'password' } })
    const session = onTerminal(stack, [
      'bootstrap',
      'retried',
      '--client-id',
      stack.clientId,
      '--username',
      user.userName,
    ])
    await session.answer(`Password of ${user.userName}`, user.password)
    await session.answer('Try again now?', 'y')
    expect(await session.ended).toBe(0)
    noLoginLeft()
  })
})

describe('Ctrl-C', () => {
  it.each(['App registration', 'User name', 'Password of'])('at the question "%s" leaves nothing', async (question) => {
    const session = onTerminal(stack, ['bootstrap', 'interrupted'])
    if (question !== 'App registration') await session.answer('App registration', '')
    if (question === 'Password of') await session.answer('User name', 'sales@example.com')
    await session.until(question)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    noLoginLeft()
  })

  it('while the function is at work takes the login back', async () => {
    const user = stack.addUser()
    stack.faults.entra = () => ({ kind: 'delay', milliseconds: 3000 })
    const session = onTerminal(stack, [
      'bootstrap',
      'interrupted',
      '--client-id',
      stack.clientId,
      '--username',
      user.userName,
    ])
    await session.answer(`Password of ${user.userName}`, user.password)
    await expect.poll(() => stack.logins(), { timeout: 10_000 }).toHaveLength(1)
    await session.until('Bootstrapping interrupted')
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    stack.faults.entra = undefined
    noLoginLeft()
    expect(session.screen()).toContain('Stopped.')
  })
})

describe('in a script', () => {
  it('takes a whole login from standard input, and prints one document', async () => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, json } = await runJson(stack, ['bootstrap', 'piped', '--from-file', '-'], { stdin })
    expect(status).toBe(0)
    expect(json).toMatchObject({
      connection: 'piped',
      status: 'healthy',
      secret: expect.stringContaining('connections/piped'),
    })
    noLoginLeft()
  })

  it('completes a login from a file with options', async () => {
    const { userName, password } = stack.addUser()
    const file = join(stack.directory, 'part.json')
    writeFileSync(file, JSON.stringify({ password }))
    const args = ['bootstrap', 'in-part', '--from-file', file, '--client-id', stack.clientId, '--username', userName]
    const { status } = await run(stack, [...args, '--publish', 'connection_values', '--mode', 'keep-alive'])
    expect(status).toBe(0)
    noLoginLeft()
  })

  it.each([
    ['a missing password', { userName: 'sales@example.com' }, 'cannot be asked: standard input is no terminal'],
    ['an unknown key', { userName: 'sales@example.com', password: 'p', colour: 'red' }, '"colour" is not a known key'],
    [
      'two user names',
      { userName: 'a@example.com', username: 'b@example.com', password: ' p' },
      'must not begin or end with a blank',
    ],
  ])('refuses %s before anything is written', async (_, change, message) => {
    const { userName: __, password: ___, ...login } = stack.login(stack.addUser())
    const stdin = JSON.stringify({ ...login, ...change })
    const { status, stderr, stdout } = await run(stack, ['bootstrap', 'refused', '--from-file', '-'], { stdin })
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message)
    noLoginLeft()
  })

  it.each([
    ['not JSON', 'password: secret', 'standard input is not JSON'],
    ['a list', '[]', 'standard input is not a JSON object'],
  ])('says of %s what is wrong and repeats nothing of it', async (_, stdin, message) => {
    const { status, stderr } = await run(stack, ['bootstrap', 'refused', '--from-file', '-'], { stdin })
    expect(status).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('secret')
  })

  it('takes over a refresh token', async () => {
    const { client_id, client_secret, scope, token_endpoint, userName, password } = stack.login(stack.addUser())
    const form = new URLSearchParams({
      client_id: client_id ?? '',
      client_secret: client_secret ?? '',
      scope: scope ?? '',
      grant_type: 'password',
      username: userName ?? '',
      password: password ?? '',
    })
    const response = await fetch(token_endpoint ?? '', { method: 'POST', body: form })
    const { refresh_token } = (await response.json()) as { refresh_token: string }
    const stdin = JSON.stringify({ refresh_token })
    const args = ['bootstrap', 'imported', '--import', '--client-id', stack.clientId, '--from-file', '-']
    expect(await run(stack, args, { stdin })).toMatchObject({ status: 0 })
    noLoginLeft()
  })

  it('replaces a login that was lying there, and says so', async () => {
    const { aws } = stack
    const { CreateSecretCommand } = await import('@aws-sdk/client-secrets-manager')
    await aws.send(new CreateSecretCommand({ Name: 'token-refresher/logins/left', SecretString: '{}' }))
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, stderr } = await run(stack, ['bootstrap', 'left', '--from-file', '-'], { stdin })
    expect(status).toBe(0)
    expect(stderr).toContain('was lying there from an earlier try')
    noLoginLeft()
  })
})

describe('with a device code', () => {
  it('shows code, address and a warning, and ends when the person has signed in', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true, publicClient: true })
    const user = stack.addUser()
    const args = ['bootstrap', 'device', '--device-code', '--client-id', clientId, '--auth-method', 'none']
    const session = onTerminal(stack, [
      ...args,
      '--token-endpoint',
      stack.tokenEndpoint,
      '--scope',
      'Mail.ReadWrite offline_access',
    ])
    await session.until('Block device code flow')
    await session.until(/and type [A-Z0-9]{9}/)
    const [, address = '', code = ''] = /Open (\S+) and type ([A-Z0-9]{9})/.exec(session.screen()) ?? []
    const body = new URLSearchParams({ user_code: code, username: user.userName, password: user.password })
    await fetch(address, { method: 'POST', body })
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ device is healthy')
    noLoginLeft()
  })

  it('cannot be asked for together with a browser', async () => {
    const { status, stderr } = await run(stack, ['bootstrap', 'both', '--device-code', '--browser'])
    expect(status).toBe(2)
    expect(stderr).toContain("option '--device-code' cannot be used with option '--browser'")
  })
})
