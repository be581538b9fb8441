// A bootstrap by the command that fails after the provider has answered: what is taken back, what is kept, what is offered.

import { expect, it } from 'vitest'
import { withFields } from '../../local/entra/on-demand.ts'
import { onTerminal, run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
const passwords = () => stack.entra.requests.get('password') ?? 0

it('keeps the refresh token that has arrived, says how to go on, and goes on without a sign-in', async () => {
  const sent = passwords()
  stack.entra.shapeNext(withFields({ access_token: 'x'.repeat(65_536) }))
  const stdin = JSON.stringify(stack.login(stack.addUser()))
  const { status, stderr } = await run(stack, ['bootstrap', 'kept', '--from-file', '-'], { stdin })
  const [secret = ''] = stack.logins()
  expect(stack.logins()).toHaveLength(1)
  const goOn = `token-refresher bootstrap kept --stored-login ${secret}`
  expect({ status, stderr }).toMatchObject({
    status: 3,
    stderr: expect.stringContaining(`Go on without a sign-in: ${goOn}`),
  })
  expect(stderr).not.toContain('with the same "login"')
  // An operator who signs in again is notified of this.
  const again = await run(stack, [
    'bootstrap',
    'kept',
    '--client-id',
    stack.clientId,
    '--username',
    'sales@example.com',
  ])
  expect(again.stderr).toContain(goOn)
  expect(again.stderr).not.toContain('delete-secret')
  const ended = await run(stack, ['bootstrap', 'kept', '--stored-login', secret])
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('kept is healthy') })
  expect([passwords() - sent, stack.logins()]).toEqual([1, []])
})

it('takes back what has brought nothing', async () => {
  const stdin = JSON.stringify({ ...stack.login(stack.addUser()), password: 'wrong' })
  const { status, stderr } = await run(stack, ['bootstrap', 'nothing', '--from-file', '-'], { stdin })
  expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.not.stringContaining('--stored-login') })
  expect(stack.logins()).toEqual([])
})

it.each([
  ['mfa_required of Auth0', 403, '{"error":"mfa_required"}'],
  ['a passing word in a refusal', 400, '{"error":"temporarily_unavailable"}'],
  ['a word that no table knows', 400, '{"error":"try_the_other_door"}'],
  ["a proxy's page", 200, '<html>Sign in to the network</html>'],
])('offers no second try of a password after %s', async (_, status, body) => {
  const user = stack.addUser()
  const sent = passwords()
  stack.entra.shapeNext(() => ({ status, headers: { 'content-type': 'application/json' }, body }))
  const { client_id = '', client_secret = '', scope = '' } = stack.login(user)
  const args = [
    'bootstrap',
    'once',
    '--client-id',
    client_id,
    '--token-endpoint',
    stack.tokenEndpoint,
    '--scope',
    scope,
  ]
  const session = onTerminal(stack, [...args, '--username', user.userName])
  if (!stack.names('clients', client_id).length) {
    await session.answer('Client secret (its value', client_secret)
    await session.answer('expires on', '')
  }
  await session.answer(`Password for ${user.userName}`, user.password)
  // A second factor can be passed in a browser: that is no second try of the password.
  if (body.includes('mfa_required')) await session.answer('Sign in with a browser now?', 'n')
  expect(await session.ended).toBeGreaterThan(0)
  expect(session.screen()).not.toContain('Try again now?')
  expect([passwords() - sent, stack.logins()]).toEqual([1, []])
})

it('says that a bootstrap ends the pause of a connection, and ends it', async () => {
  await stack.connect('sleeper')
  await run(stack, ['pause', 'sleeper'])
  const stdin = JSON.stringify(stack.login(stack.addUser()))
  const { status, stderr } = await run(stack, ['bootstrap', 'sleeper', '--another-account', '--from-file', '-'], {
    stdin,
  })
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('takes its place and ends the pause'),
  })
  expect((await run(stack, ['status', 'sleeper'])).stdout).toMatch(/Status +healthy/)
})
