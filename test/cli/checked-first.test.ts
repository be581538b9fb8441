// What is wrong with a command is said before a person is asked for anything, and where the command has looked.

import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { onTerminal, run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()

const fileOf = (login: unknown): string => {
  const file = join(stack.directory, `${randomUUID()}.json`)
  writeFileSync(file, JSON.stringify(login), { mode: 0o600 })
  return file
}

describe('before any question', () => {
  it.each([
    ['a misspelt key', { pasword: 'p' }, 'did you mean "password"?'],
    ['a mode that is none', { mode: 'frsh' }, '"mode" must be fresh or keep-alive'],
    ['a number of days that is none', { inactivity_days: 'ten' }, '"inactivity_days"'],
    ['a tenant that takes no passwords', { tenant: 'common' }, '"tenant" cannot be "common"'],
    ['a client id that is no GUID', { client_id: 'sales-app', tenant: 'example.com' }, 'must be a GUID'],
  ])('%s in a file is refused', async (_, login, message) => {
    const session = onTerminal(stack, ['bootstrap', 'new', '--from-file', fileOf(login)])
    expect(await session.ended).toBe(2)
    expect(session.screen()).toContain(message)
    expect(session.screen()).not.toMatch(/^\? /m)
  })

  it('a client id that is no GUID is refused as an option', async () => {
    const session = onTerminal(stack, ['bootstrap', 'new', '--client-id', 'sales-app'])
    expect(await session.ended).toBe(2)
    expect(session.screen()).toContain('the client id "sales-app" must be a GUID')
    expect(session.screen()).not.toMatch(/^\? /m)
  })
})

it('a client id that is typed and no GUID is asked for again', async () => {
  const session = onTerminal(stack, ['bootstrap', 'new'])
  await session.answer('Application (client) id', 'sales-app')
  await session.until('It must be a GUID')
  session.type(`\u0015${randomUUID()}\r`)
  await session.until('Microsoft tenant')
})

it('a client id of another provider may be any text', async () => {
  const args = ['bootstrap', 'new', '--client-id', 'sales-app', '--token-endpoint', `${stack.tokenEndpoint}/elsewhere`]
  const session = onTerminal(stack, args)
  await session.until('Client secret (its value, not its id)')
})

it('a scope is not demanded without a terminal', async () => {
  const { scope: _, ...login } = stack.login(stack.addUser())
  const { status, json } = await runJson(stack, ['bootstrap', 'scopeless', '--from-file', '-'], {
    stdin: JSON.stringify(login),
  })
  expect({ status, json }).toMatchObject({ status: 0, json: { status: 'healthy' } })
})

describe('where nothing is deployed', () => {
  const elsewhere = [
    ['--prefix', 'mistyped'],
    ['--region', 'us-east-1'],
  ] as const
  const commands = [
    ['status'],
    ['status', 'sales'],
    ['client', 'list'],
    ['client', 'show', 'sales-app'],
    ['refresh', 'sales'],
    ['pause', 'sales'],
    ['resume', 'sales'],
    ['token', 'sales'],
    ['remove', 'sales'],
    ['bootstrap', 'sales'],
  ]
  const cases = elsewhere.flatMap((place) => commands.map((args) => ({ place, args })))

  it.each(cases)('$args $place says so, with account, Region and prefix', async ({ place, args }) => {
    const { status, stderr } = await run(stack, [...args, ...place])
    expect(status).toBe(1)
    const [, value] = place
    expect(stderr).toContain(
      value === 'mistyped'
        ? 'there is no function mistyped-bootstrap in eu-central-1 of account 123456789012 under the prefix mistyped'
        : 'there is no function token-refresher-bootstrap in us-east-1 of account 123456789012 under the prefix token-refresher',
    )
    expect(stderr).toContain('--region, --profile or --prefix')
  })

  it('says it to programs in one document', async () => {
    const { status, json } = await runJson(stack, ['status', '--prefix', 'mistyped'])
    expect({ status, json }).toMatchObject({ status: 1, json: { error: { code: 'NotDeployed' } } })
  })
})

it('a connection that is not there is looked for in a place that is named', async () => {
  await stack.connect('sales')
  const { status, stderr } = await run(stack, ['status', 'sale'])
  expect(status).toBe(1)
  expect(stderr).toContain(
    'there is no connection sale in eu-central-1 of account 123456789012 under the prefix token-refresher',
  )
  expect(stderr).toContain('The nearest known name is sales')
})

describe('an operator who may not ask Lambda', async () => {
  const policy = {
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'lambda:GetFunctionConfiguration', Resource: '*' },
    ],
  }
  const empty = await startCommandStack({ operatorPolicy: policy })

  it('gets an empty deployment shown as what it is', async () => {
    const { status, stdout } = await run(empty, ['status'])
    expect(status).toBe(0)
    expect(stdout).toContain('No connections in eu-central-1 of account 123456789012 under the prefix token-refresher.')
  })
})
