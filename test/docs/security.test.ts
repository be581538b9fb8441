// The operator's policy of docs/security.md: enough for every command, and no more than they take.

import { describe, expect, it } from 'vitest'
import { onTerminal, run } from '../cli/support/command.ts'
import { operatorPolicy as policy } from '../cli/support/operator-policy.ts'
import { startCommandStack } from '../cli/support/stack.ts'

/** Every command but `token`, which reads as an app does. */
const commandsOn = (connection: string) => [
  ['bootstrap', connection, '--from-file', '-'],
  ['status'],
  ['status', connection],
  ['refresh', connection],
  ['pause', connection],
  ['resume', connection],
  ['client', 'list'],
  ['set', connection, '--mode', 'keep-alive'],
  ['remove', connection, '--yes'],
  ['restore', connection],
]

describe('the operator’s policy', async () => {
  const stack = await startCommandStack({ operatorPolicy: policy, settings: { signIn: 'on' } })

  it('is enough for every command', async () => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    for (const command of commandsOn('sales-mailbox')) {
      expect({ command, ...(await run(stack, command, { stdin })) }).toMatchObject({ command, status: 0 })
    }
    await stack.connect('other')
    const { value } = stack.entra.addClientSecret(stack.clientId)
    const changed = await run(stack, ['client', 'set-secret', stack.clientId, '--from-file', '-'], { stdin: value })
    expect(changed).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted') })
    const invited = ['invite', 'invited', '--username', 'sales@example.com', '--client-id', stack.clientId]
    for (const command of [
      [...invited, '--token-endpoint', stack.tokenEndpoint],
      ['invite', 'invited', '--withdraw'],
      ['invite', 'other'],
      ['status', 'other'],
      ['invite', 'other', '--withdraw'],
    ]) {
      expect({ command, ...(await run(stack, command)) }).toMatchObject({ command, status: 0 })
    }
    expect((await run(stack, ['doctor'])).stdout).not.toContain('not permitted')
  })

  it('lets no secret value be read', async () => {
    expect(await run(stack, ['token', 'other'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not permitted: secretsmanager:GetSecretValue'),
    })
  })

  it('is enough to bootstrap on a terminal', async () => {
    const user = stack.addUser()
    const session = onTerminal(stack, [
      'bootstrap',
      'third',
      '--client-id',
      stack.clientId,
      '--username',
      user.userName,
      '--token-endpoint',
      stack.tokenEndpoint,
    ])
    await session.answer(`Password for ${user.userName} at 127.0.0.1:`, user.password)
    expect(await session.ended).toBe(0)
    expect(stack.logins()).toEqual([])
  })
})

const without = (index: number) => ({
  ...policy,
  Statement: policy.Statement.filter((_: unknown, at: number) => at !== index),
})

describe('without one statement', async () => {
  const stack = await startCommandStack({ operatorPolicy: policy })

  it.each(policy.Statement.map((_: unknown, index: number) => index) as number[])(
    'some command is not permitted: statement %i',
    async (index) => {
      stack.allow(without(index))
      const connection = `without-${index}`
      const stdin = JSON.stringify(stack.login(stack.addUser()))
      await stack.connect(connection)
      const [, ...others] = commandsOn(connection)
      for (const command of [['bootstrap', connection, '--yes', '--from-file', '-'], ...others, ['doctor']]) {
        const { stdout, stderr } = await run(stack, command, { stdin })
        if (`${stdout}${stderr}`.includes('not permitted')) return
      }
      expect.fail('every command is permitted')
    },
  )
})
