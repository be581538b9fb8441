// An operator with exactly the policy of docs/security.md, and a host that collects credentials: it gets none.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateSecretCommand, DeleteSecretCommand, TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { clientName, encodeClient } from '../../lambda/core/secrets/client.ts'
import { clientTags } from '../../lambda/core/tags/client-tags.ts'
import { made, sampleClient } from '../support/core-samples.ts'
import { keys, onTerminal, run } from './support/command.ts'
import { operatorPolicy } from './support/operator-policy.ts'
import { startCommandStack } from './support/stack.ts'

const evil = 'https://evil.example/organizations/oauth2/v2.0/token'
const microsoft = 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token'
const stack = await startCommandStack({ operatorPolicy })

/** A client as it could be stored before the deployment listed its hosts, and what its tag says. */
const storeClient = async (client_id: string, endpoint: string, tagged = endpoint) => {
  const client = sampleClient({ client_id, token_endpoint: endpoint })
  await stack.aws.send(
    new CreateSecretCommand({
      Name: `token-refresher/clients/${clientName(client_id)}`,
      SecretString: encodeClient(client).reveal(),
      Tags: Object.entries(clientTags({ ...client, token_endpoint: tagged })).map(([Key, Value]) => ({ Key, Value })),
    }),
  )
}

/** No function has sent a token request there, no login is left, and no connection was made. */
const nothingObtained = (...connections: readonly string[]) => {
  expect(stack.printed()).not.toMatch(/"tokenEndpointHost":"(evil|login\.microsoft)/)
  expect(stack.logins()).toEqual([])
  expect(stack.names('grants', ...connections)).toEqual([])
}

beforeAll(async () => {
  await storeClient('hostile', evil)
  await storeClient('hostile-in-disguise', evil, microsoft)
  await stack.connect('good')
})

it('a token request of a function is in its log, by its host', () => {
  expect(stack.printed()).toContain(`"tokenEndpointHost":"${new URL(stack.tokenEndpoint).host}"`)
})

describe('a stored client with a hostile endpoint', () => {
  it('is refused before anything is asked, with host and setting', async () => {
    const session = onTerminal(stack, ['bootstrap', 'sales', '--client-id', 'hostile'], { columns: 400 })
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('evil.example')
    expect(session.screen()).toContain('the setting tokenEndpointHosts of this deployment does not list evil.example')
    expect(session.screen()).not.toMatch(/User name|Password/)
    nothingObtained('sales')
  })

  it('gets no new client secret either', async () => {
    const session = onTerminal(stack, ['client', 'set-secret', 'hostile'], { columns: 400 })
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('tokenEndpointHosts')
    expect(session.screen()).not.toContain('Client secret (')
    const stdin = made('client-secret')
    const direct = await run(stack, ['client', 'set-secret', 'hostile-in-disguise', '--from-file', '-'], { stdin })
    expect(direct).toMatchObject({ status: 3, stderr: expect.stringContaining('does not list evil.example') })
    nothingObtained()
  })

  it('whose tag says Microsoft gets nothing: the login goes to the host that was shown, or nowhere', async () => {
    const user = stack.addUser()
    const args = ['bootstrap', 'sales', '--client-id', 'hostile-in-disguise', '--username', user.userName]
    const session = onTerminal(stack, [...args, '--scope', 'Mail.Read'], { columns: 400 })
    await session.answer(`Password for ${user.userName} at login.microsoftonline.com`, user.password)
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('refused: request login_not_valid')
    nothingObtained('sales')
  })

  it('is shown by doctor, and by status once the refresher has met it', async () => {
    const { status, stdout } = await run(stack, ['doctor'])
    expect(status).toBe(3)
    expect(stdout).toContain('does not list: hostile (evil.example)')
    await stack.pretend('lured', { client_id: 'hostile', expires_at: new Date(), refresh_by: new Date() })
    await stack.invoke('refresh', { connections: ['lured'], force: true })
    const shown = await run(stack, ['status'])
    expect(shown.stdout).toContain('request token_endpoint_host_not_allowed')
    expect(shown.stdout).toContain('setting tokenEndpointHosts')
    nothingObtained('sales')
  })
})

describe('the tag of a good client, edited to a hostile endpoint', () => {
  const tag = async (Value: string) => {
    const SecretId = `token-refresher/clients/${stack.clientId}`
    await stack.aws.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'token-refresher:token-endpoint', Value }] }))
  }
  beforeEach(() => () => tag(stack.tokenEndpoint))

  it('is refused before anything is asked', async () => {
    await tag(evil)
    const session = onTerminal(stack, ['bootstrap', 'sales', '--client-id', stack.clientId], { columns: 400 })
    expect(await session.ended).toBe(3)
    expect(session.screen()).toContain('does not list evil.example')
    expect(session.screen()).not.toMatch(/User name|Password/)
    nothingObtained('sales')
  })

  it('to another endpoint of an allowed host is confirmed by the person, or nothing is sent', async () => {
    const other = new URL('/other/oauth2/v2.0/token', stack.tokenEndpoint).href
    await tag(other)
    const session = onTerminal(stack, ['bootstrap', 'sales', '--client-id', stack.clientId], { columns: 400 })
    await session.answer(`Send this login to ${other}?`, '')
    expect(await session.ended).toBe(1)
    expect(session.screen()).toContain('nothing was sent')
    const stdin = JSON.stringify(stack.addUser())
    const args = ['bootstrap', 'sales', '--client-id', stack.clientId, '--from-file', '-']
    expect(await run(stack, args, { stdin })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Give --token-endpoint'),
    })
    nothingObtained('sales')
  })
})

describe('a login with a hostile endpoint', () => {
  it.each([
    ['typed', ['--token-endpoint', evil], {}],
    ['in a file', [], { token_endpoint: evil }],
  ])('%s is refused by the command', async (_, args, change) => {
    const { token_endpoint: __, ...login } = stack.login(stack.addUser())
    const stdin = JSON.stringify({ ...login, ...change })
    expect(await run(stack, ['bootstrap', 'sales', ...args, '--from-file', '-'], { stdin })).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(
        /token endpoint https:\/\/evil\.example\S+ is not allowed: the setting tokenEndpointHosts/,
      ),
    })
    nothingObtained('sales')
  })

  it('handed over without the command is refused by the function, and is no client afterwards', async () => {
    const Name = 'token-refresher/logins/sales'
    const login = { ...stack.login(stack.addUser()), client_id: 'of-the-attacker', token_endpoint: evil }
    await stack.aws.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(login) }))
    await expect(stack.invoke('bootstrap', { connection: 'sales' })).rejects.toThrow(
      /^request token_endpoint_host_not_allowed: The setting tokenEndpointHosts does not list evil\.example, /,
    )
    expect(stack.logins()).toEqual([Name])
    expect(stack.names('clients', 'of-the-attacker')).toEqual([])
    await stack.aws.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }))
  })
})

describe('a sign-in', () => {
  const args = ['bootstrap', 'sales', '--client-id', randomUUID(), '--auth-method', 'none', '--scope', 'Mail.Read']

  it.each([
    ['authorization', ['--browser', '--no-open', '--authorization-endpoint', 'https://evil.example/authorize']],
    ['device authorization', ['--device-code', '--device-authorization-endpoint', 'https://evil.example/device']],
  ])('at a hostile %s endpoint is refused', async (what, options) => {
    const typed = [...args, ...options, '--token-endpoint', stack.tokenEndpoint]
    expect(await run(stack, typed)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`the ${what} endpoint https://evil.example`),
    })
    nothingObtained('sales')
  })

  it.each([
    ['token_endpoint', evil],
    ['authorization_endpoint', 'https://evil.example/authorize'],
    ['device_authorization_endpoint', 'https://evil.example/device'],
  ])('whose %s the issuer itself calls hostile is refused', async (name, endpoint) => {
    const server = createServer((_, response) => {
      const good = { token_endpoint: stack.tokenEndpoint, authorization_endpoint: stack.tokenEndpoint }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer, ...good, [name]: endpoint }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(await run(stack, [...args, '--browser', '--no-open', '--issuer', issuer])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('does not list evil.example'),
    })
    nothingObtained('sales')
  })
})

it('a login for one connection is not handed over for another', async () => {
  const stdin = JSON.stringify({ ...stack.login(stack.addUser()), connection: 'another' })
  expect(await run(stack, ['bootstrap', 'sales', '--from-file', '-'], { stdin })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('names another connection than sales'),
  })
  nothingObtained('sales')
})

describe('an operator who may not read the configuration of the function', async () => {
  const Statement = JSON.parse(
    JSON.stringify(operatorPolicy.Statement).replaceAll('lambda:GetFunctionConfiguration', 'none:None'),
  )
  const blind = await startCommandStack({ operatorPolicy: { ...operatorPolicy, Statement } })

  it('hands nothing over to a host that is not Microsoft’s, and says why', async () => {
    const stdin = JSON.stringify(blind.login(blind.addUser()))
    const { status, stderr } = await run(blind, ['bootstrap', 'sales', '--from-file', '-'], { stdin })
    expect({ status, stderr }).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('is not known (not permitted: lambda:GetFunctionConfiguration'),
    })
    expect(blind.logins()).toEqual([])
  })

  it('is asked for a password for Microsoft, with its host', async () => {
    const typed = [
      '--client-id',
      randomUUID(),
      '--auth-method',
      'none',
      '--scope',
      'Mail.Read',
      '--username',
      'a@example.com',
    ]
    const session = onTerminal(blind, ['bootstrap', 'sales', '--tenant', 'organizations', ...typed])
    await session.until('Password for a@example.com at login.microsoftonline.com')
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    expect(blind.logins()).toEqual([])
  })
})
