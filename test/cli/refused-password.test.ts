// What a person at the terminal can do after a password was refused: type it again, or sign in with a browser.

import { describe, expect, it } from 'vitest'
import { keys, onTerminal, run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
const { host } = new URL(stack.tokenEndpoint)
const known = () => ['--client-id', stack.clientId, '--token-endpoint', stack.tokenEndpoint] as const
const noLoginLeft = (): void => expect(stack.logins()).toEqual([])
const passwordsSent = (): number => stack.entra.requests.get('password') ?? 0

// So that its client is known.
await stack.connect('known')

describe('a wrong password', () => {
  it('is asked for again, with a warning about the lock, and nothing else is', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, ['bootstrap', 'mistyped', ...known()])
    await session.answer('User name', user.userName)
    await session.answer(`Password for ${user.userName} at ${host}`, 'not-the-password')
    await session.until('refused: account AADSTS50126, wrong user name or password')
    await session.until('Microsoft locks the account after 10 of them')
    noLoginLeft()
    session.type(`${user.password}${keys.enter}`)
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ mistyped is healthy')
    expect(session.screen().match(/User name/g)).toHaveLength(1)
    expect(session.written()).not.toContain('not-the-password')
    noLoginLeft()
  })

  it('is asked for three times in all, then class, cause and remedy are shown', async () => {
    const user = stack.addUser()
    const before = passwordsSent()
    const session = onTerminal(stack, ['bootstrap', 'wrong', ...known(), '--username', user.userName])
    for (const times of [1, 2, 3]) await session.answer(new RegExp(`(Password for [^]*){${times}}`), 'not-the-password')
    expect(await session.ended).toBe(3)
    expect(passwordsSent() - before).toBe(3)
    expect(session.screen()).toMatch(/Check user name and password, then run token-refresher bootstrap wrong,/)
    expect(session.screen()).toContain('More: docs/runbook.md#account')
    noLoginLeft()
  })

  it('of a file is not asked for', async () => {
    const { userName } = stack.addUser()
    const stdin = JSON.stringify({ ...stack.login({ userName, password: 'not-the-password' }) })
    const before = passwordsSent()
    const { status, stderr } = await run(stack, ['bootstrap', 'wrong', '--from-file', '-'], { stdin })
    expect(status).toBe(3)
    expect(stderr).toContain('refused: account AADSTS50126')
    expect(passwordsSent() - before).toBe(1)
  })
})

describe('a second factor in the way', () => {
  const start = async (connection: string) => {
    const user = stack.addUser({ mfa: true })
    const args = ['bootstrap', connection, ...known(), '--no-open', '--username', user.userName]
    const session = onTerminal(stack, args, { columns: 1000 })
    await session.answer(`Password for ${user.userName} at ${host}`, user.password)
    await session.until('Sign in with a browser now? (Y/n)')
    return { user, session }
  }

  it('is passed in a browser that the command offers, with the same user and without further questions', async () => {
    const { user, session } = await start('mfa')
    expect(session.screen()).toMatch(/refused: policy AADSTS5007[69]/)
    noLoginLeft()
    session.type(keys.enter)
    await session.until(/http\S+\/authorize\?\S+/)
    const [address = ''] = /http\S+\/authorize\?\S+/.exec(session.screen()) ?? []
    expect(new URL(address).searchParams.get('login_hint')).toBe(user.userName)
    const oneTimeCode = stack.entra.oneTimeCode(user.userName)
    const body = new URLSearchParams({ username: user.userName, password: user.password, otc: oneTimeCode })
    const signedIn = await fetch(address, { method: 'POST', body, redirect: 'manual' })
    await fetch(signedIn.headers.get('location') ?? '')
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('✓ mfa is healthy')
    noLoginLeft()
  })

  it('that the person does not want to pass now leaves the refusal with the command to type', async () => {
    const { session } = await start('mfa-later')
    session.type(`n${keys.enter}`)
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('token-refresher bootstrap mfa-later --browser')
    expect(session.screen()).toContain('More: docs/runbook.md#policy')
    noLoginLeft()
  })

  it.each([50074, 50158, 53003, 530035])('without a terminal is refused with the command: AADSTS%i', async (code) => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    stack.entra.answerWith({ code, times: 1, when: { grantType: 'password' } })
    const { status, stderr } = await run(stack, ['bootstrap', 'scripted', '--from-file', '-'], { stdin })
    expect(status).toBe(3)
    expect(stderr).toContain(`refused: policy AADSTS${code}`)
    expect(stderr).toContain('token-refresher bootstrap scripted --browser')
  })
})
