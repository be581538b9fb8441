// `invite`, and what becomes of its links: pages and functions as they are deployed, over sockets.

import { describe, expect, it } from 'vitest'
import { signInByLink, titleIn } from '../../local/owner.ts'
import { labelled } from '../../local/secrets-manager/service.ts'
import { run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack({ settings: { signIn: 'on' } })
const { entra, secretsManager, eventBus, clientId, clientSecret, tokenEndpoint, signInUrl = '' } = stack
entra.updateClient(clientId, { redirectUris: [`${signInUrl}signed-in`] })

const published = (connection: string) => {
  const secret = secretsManager.inspect(`token-refresher/connections/${connection}`)
  return JSON.parse((secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}')
}

const file = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint: tokenEndpoint,
    scope: 'Mail.ReadWrite',
    ...more,
  })

const inviteNew = async (connection: string, userName: string) => {
  const ended = await runJson(stack, ['invite', connection, '--username', userName, '--from-file', '-'], {
    stdin: file(),
  })
  expect(ended.status).toBe(0)
  return ended.json
}

const headingOf = async (link: string) => titleIn(await (await fetch(link)).text())

describe('invite', () => {
  it('makes a link with which the owner makes a new connection, and a text to send', async () => {
    const user = stack.addUser()
    const json = await inviteNew('invited', user.userName)
    expect(json).toMatchObject({
      connection: 'invited',
      account: user.userName,
      redirect_uri: `${signInUrl}signed-in`,
      message: expect.stringContaining(json.link),
    })
    expect(json.message).toContain(`sign in as ${user.userName}`)
    expect(json.message).not.toContain(clientSecret)
    expect(await signInByLink(json.link, user)).toBe('Done')
    expect(entra.isLive(published('invited').access_token)).toBe(true)
    expect(stack.logins()).toEqual([])
    expect((await runJson(stack, ['status', 'invited'])).json).toMatchObject({
      account: user.userName,
      sign_in_link: null,
    })
  })

  it('needs no more than the id of a client that is known', async () => {
    const user = stack.addUser()
    const args = ['invite', 'known-client', '--client-id', clientId, '--username', user.userName]
    const { status, json } = await runJson(stack, [...args, '--token-endpoint', tokenEndpoint])
    expect(status).toBe(0)
    expect(await signInByLink(json.link, user)).toBe('Done')
  })

  it('takes no one but the user that it names', async () => {
    const [user, other] = [stack.addUser(), stack.addUser()]
    const { link } = await inviteNew('only-one', user.userName)
    expect(await signInByLink(link, other)).toBe('That was another account')
    expect(published('only-one')).toEqual({})
    expect(await signInByLink(link, user)).toBe('Done')
  })

  it('makes the earlier link void', async () => {
    const user = stack.addUser()
    const first = await inviteNew('twice', user.userName)
    const second = await inviteNew('twice', user.userName)
    expect(await headingOf(first.link)).toBe('This link can no longer be used')
    expect(await signInByLink(second.link, user)).toBe('Done')
    expect(await headingOf(second.link)).toBe('Already done')
  })

  it('withdraws', async () => {
    const user = stack.addUser()
    const { link } = await inviteNew('withdrawn', user.userName)
    expect((await runJson(stack, ['invite', 'withdrawn', '--withdraw'])).json).toEqual({
      connection: 'withdrawn',
      withdrawn: 1,
    })
    expect(await headingOf(link)).toBe('This link can no longer be used')
    expect(stack.logins()).toEqual([])
    const { stdout } = await run(stack, ['invite', 'withdrawn', '--withdraw'])
    expect(stdout).toBe('withdrawn has no link that could be used.\n')
  })

  it('of a connection that exists asks nothing, and changes nothing before the sign-in', async () => {
    const user = stack.addUser()
    await stack.connect('existing', { userName: user.userName, password: user.password })
    const before = published('existing')
    const { status, stdout } = await run(stack, ['invite', 'existing', '--by', 'Anna from IT', '--expires', '1'])
    expect(status).toBe(0)
    const link = /^http\S+$/m.exec(stdout)?.[0] ?? ''
    expect(stdout).toContain(`✓ A link for ${user.userName}, good for 23 h`)
    const page = await (await fetch(link)).text()
    expect(page).toContain('Anna from IT')
    expect(published('existing')).toEqual(before)
    expect(await signInByLink(link, user)).toBe('Done')
    expect(published('existing').generation).toBe(before.generation + 1)
  })

  it('of a connection that exists lets another user take its place only when that is said', async () => {
    const [user, other] = [stack.addUser(), stack.addUser()]
    await stack.connect('moved', { userName: user.userName, password: user.password })
    const wrong = await run(stack, ['invite', 'moved', '--username', other.userName])
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('--another-account') })
    const args = ['invite', 'moved', '--another-account', '--username', other.userName, '--client-id', clientId]
    const { json } = await runJson(stack, [...args, '--token-endpoint', tokenEndpoint])
    expect(await signInByLink(json.link, user)).toBe('That was another account')
    expect(await signInByLink(json.link, other)).toBe('Done')
    expect((await runJson(stack, ['status', 'moved'])).json).toMatchObject({ account: other.userName })
  })

  it.each([
    [['--expires', '0'], 'It must be 1 to 30 days.'],
    [['--expires', '31'], 'It must be 1 to 30 days.'],
    [['--by', 'x'.repeat(61)], 'It must be 1 to 60 characters.'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await run(stack, ['invite', 'any', ...args])
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(message) })
  })

  it('leaves nothing behind when the deployment cannot make the link', async () => {
    const stdin = file({ client_id: 'of-another-provider', token_endpoint: tokenEndpoint.replace('/v2.0/', '/other/') })
    const args = ['invite', 'elsewhere', '--username', 'a@example.com', '--from-file', '-']
    const { status, stderr } = await run(stack, args, { stdin })
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('--authorization-endpoint') })
    expect(stack.logins()).toEqual([])
  })
})

describe('a connection that needs its owner', () => {
  it('gets a link in the message of its event, which status shows again, until the owner has signed in', async () => {
    const user = stack.addUser()
    await stack.connect('dead', { userName: user.userName, password: user.password })
    entra.revokeSessions(user.userName)
    for (const _ of [1, 2]) await run(stack, ['refresh', 'dead'])
    const event = eventBus.entries.find(({ detail }) => Object(detail).connection === 'dead' && Object(detail).class)
    const { sign_in_link, sign_in_as } = Object(event?.detail)
    expect(sign_in_as).toBe(user.userName)
    const shown = await run(stack, ['status', 'dead'])
    expect(shown).toMatchObject({ status: 3, stdout: expect.stringContaining(sign_in_link) })
    for (let opened = 0; opened < 10; opened++) expect(await headingOf(sign_in_link)).toBe('Sign in for dead')
    expect(await signInByLink(sign_in_link, user)).toBe('Done')
    expect((await runJson(stack, ['status', 'dead'])).json).toMatchObject({ status: 'healthy', sign_in_link: null })
    expect(await headingOf(sign_in_link)).toBe('Already done')
  })

  it('has neither its link nor its owner in any log', async () => {
    const printed = stack.printed()
    expect(printed).toContain('announced')
    expect(printed).not.toMatch(/link=/)
    expect(printed).not.toContain('@example.com')
  })
})

describe('a deployment without links', async () => {
  const without = await startCommandStack()

  it('says which setting there is', async () => {
    await without.connect('plain')
    const { status, stderr } = await run(without, ['invite', 'plain'])
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('signIn=on') })
  })
})
