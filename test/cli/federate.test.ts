// `client federate`: from a client secret to federated credentials, and back.

import { TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { entraFederationAudience, tags } from '../../lambda/contract.ts'
import { rolesOf } from '../../local/stack.ts'
import { onTerminal, run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack({ settings: { webIdentity: 'on' } })
const { account, clientId, entra } = stack
const roles = Object.values(rolesOf())

const trust = (acceptedFrom = 0): void => {
  for (const subject of roles) {
    const credential = { issuer: account.issuer, subject, audience: entraFederationAudience, acceptedFrom }
    entra.addFederatedCredential(clientId, credential)
  }
}

const distrust = (): void => {
  for (const subject of roles) entra.removeFederatedCredential(clientId, subject)
}

const authentication = async (): Promise<readonly string[]> => {
  const { json } = await runJson(stack, ['client', 'show', clientId])
  return [json.token_endpoint_auth_method, ...json.client_secrets.map(() => 'a client secret')]
}

await stack.connect('sales')

it('names the account switch that is off, and the line that turns it on', async () => {
  const { status, stderr } = await run(stack, ['client', 'federate', clientId])
  expect(status).toBe(3)
  expect(stderr).toContain('client web_identity_disabled')
  expect(stderr).toContain('aws iam enable-outbound-web-identity-federation')
})

it('shows what to add, for the Azure CLI and for the portal, and changes nothing while Microsoft refuses', async () => {
  account.enabled = true
  const { status, stderr } = await run(stack, ['client', 'federate', clientId, '--wait', '0'])
  expect(status).toBe(3)
  const commands = stderr.split('\n').filter((line) => line.startsWith('az ad app federated-credential create'))
  expect(commands.map((line) => JSON.parse(line.split("'")[1] ?? ''))).toEqual(
    roles.map((subject) => ({
      name: subject.split('/')[1],
      issuer: account.issuer,
      subject,
      audiences: [entraFederationAudience],
    })),
  )
  for (const subject of roles) expect(stderr).toMatch(new RegExp(`^ {2}Subject \\d {2}${subject}$`, 'm'))
  expect(stderr).toContain('the refresh function was refused: client AADSTS70025')
  expect(await authentication()).toEqual(['client_secret_post', 'a client secret'])
})

it('does not move a client that trusts the refresher alone', async () => {
  const [subject = ''] = roles
  entra.addFederatedCredential(clientId, { issuer: account.issuer, subject, audience: entraFederationAudience })
  const { status, stderr } = await run(stack, ['client', 'federate', clientId, '--wait', '0'])
  expect(status).toBe(3)
  expect(stderr).toContain('the bootstrap function was refused: client AADSTS700213')
  expect(await authentication()).toEqual(['client_secret_post', 'a client secret'])
  distrust()
})

it('waits until Microsoft accepts the credentials, moves the client, and keeps its client secrets until told', async () => {
  trust(Date.now() + 1_500)
  const { status, stdout, json } = await runJson(stack, ['client', 'federate', clientId, '--wait', '1'])
  expect([status, json]).toEqual([
    0,
    {
      client: clientId,
      issuer: account.issuer,
      subject: rolesOf().bootstrap,
      audience: entraFederationAudience,
      client_secrets: 1,
      subjects: roles,
    },
  ])
  expect(stdout).not.toMatch(/eyJ/)
  expect(await authentication()).toEqual(['aws_web_identity', 'a client secret'])
  const shown = await run(stack, ['client', 'show', clientId])
  expect(shown.stdout).toContain(`Trusted role    ${rolesOf().bootstrap}`)
  entra.expireClientSecrets(clientId)
  expect((await run(stack, ['refresh', 'sales'])).stdout).toContain('1 refreshed')
})

it('doctor says whom Microsoft trusts, and notices a switch that was turned off and a role that changed', async () => {
  const look = async () => {
    const { json } = await runJson(stack, ['doctor'])
    return json.checks.find(({ check }: { check: string }) => check === 'federation')
  }
  expect(await look()).toMatchObject({ state: 'well', found: `1 client, trusting ${rolesOf().bootstrap}` })
  account.enabled = false
  expect(await look()).toMatchObject({
    state: 'attention',
    found: 'the refresh function gets no web identity token: client web_identity_disabled',
  })
  account.enabled = true
  const Tags = [{ Key: tags.federatedSubject, Value: 'arn:aws:iam::123456789012:role/older' }]
  await stack.aws.send(new TagResourceCommand({ SecretId: `token-refresher/clients/${clientId}`, Tags }))
  expect(await look()).toMatchObject({ state: 'attention', found: expect.stringContaining(clientId) })
})

it('deletes the stored client secrets when told to', async () => {
  const { status, stdout } = await run(stack, ['client', 'federate', clientId, '--retire-secrets'])
  expect([status, stdout]).toEqual([
    0,
    `The client secrets of ${clientId} are deleted here. Delete them at Microsoft too.\n`,
  ])
  expect(await authentication()).toEqual(['aws_web_identity'])
  expect((await run(stack, ['refresh', 'sales'])).stdout).toContain('1 refreshed')
})

it('client set-secret leads back, also when the account has turned federation off', async () => {
  account.enabled = false
  const { value } = entra.addClientSecret(clientId)
  const args = ['client', 'set-secret', clientId, '--from-file', '-']
  const { status, stdout } = await run(stack, args, { stdin: value })
  expect(status, stdout).toBe(0)
  expect(await authentication()).toEqual(['client_secret_post', 'a client secret'])
  account.enabled = true
})

it('asks first where apps read the client secret', async () => {
  expect((await run(stack, ['set', 'sales', '--publish', 'connection_values'])).status).toBe(0)
  const refused = await run(stack, ['client', 'federate', clientId])
  expect(refused.status).toBe(2)
  expect(refused.stderr).toContain('whether to continue although apps read the client secret of sales cannot be asked')
  expect(refused.stderr).toContain('--despite-connection-values')
  const { status } = await run(stack, ['client', 'federate', clientId, '--despite-connection-values'])
  expect(status).toBe(0)
  const retired = await run(stack, ['client', 'federate', clientId, '--retire-secrets'])
  expect(retired.status).toBe(2)
  expect(await authentication()).toEqual(['aws_web_identity', 'a client secret'])
})

it('a new client is bootstrapped without a question about a client secret', async () => {
  const { clientId: fresh } = entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
  for (const subject of roles) {
    entra.addFederatedCredential(fresh, { issuer: account.issuer, subject, audience: entraFederationAudience })
  }
  const { userName, password } = stack.addUser()
  const method = ['--auth-method', 'aws_web_identity', '--token-endpoint', stack.tokenEndpoint]
  const session = onTerminal(stack, [
    ...['bootstrap', 'federated', '--client-id', fresh, ...method],
    ...['--scope', 'Mail.Read offline_access', '--username', userName],
  ])
  await session.answer('Password', password)
  expect(await session.ended, session.screen()).toBe(0)
  expect(session.screen()).not.toContain('Client secret')
  expect((await run(stack, ['refresh', 'federated'])).stdout).toContain('1 refreshed')
})

it.each([
  ['an unknown client', ['11111111-2222-4333-8444-555555555555'], 1, 'there is no client'],
  ['a waiting time that is no number', [clientId, '--wait', 'long'], 2, 'number of minutes'],
  ['a connection that is no name', [clientId, '--connection', 'A B'], 2, 'A B'],
])('refuses %s', async (_, args, expected, words) => {
  const { status, stderr } = await run(stack, ['client', 'federate', ...args])
  expect([status, stderr]).toEqual([expected, expect.stringContaining(words)])
})
