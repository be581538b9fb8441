// The command says so when its calls do not go to AWS, for each way to override an endpoint, and before it sends a login.

import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, describe, expect, it } from 'vitest'
import { announcer } from '../../cli/aws/overridden-endpoint.ts'
import { onTerminal, run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
// So that Secrets Manager alone is asked for a status.
await stack.pretend('sales-mailbox')
const { AWS_ENDPOINT_URL: _, ...environment } = stack.environment
const url = stack.awsUrl

/** Keeps every request, as a hostile host would. */
const received: string[] = []
const thief = createServer((request, response) => {
  request.on('data', (data) => received.push(String(data)))
  request.on('end', () => response.writeHead(400).end('{}'))
})
await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve))
const thiefUrl = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`
afterAll(() => thief.close())

const profile = join(stack.directory, 'config')
await writeFile(profile, `[profile elsewhere]\nendpoint_url = ${url}\nregion = eu-central-1\n`)
const keys = `aws_access_key_id=${environment.AWS_ACCESS_KEY_ID}\naws_secret_access_key=local\n`
await writeFile(join(stack.directory, 'credentials'), `[elsewhere]\n${keys}`)
const profiles = { AWS_CONFIG_FILE: profile, AWS_SHARED_CREDENTIALS_FILE: join(stack.directory, 'credentials') }
const home = { PATH: environment.PATH ?? '', HOME: stack.directory }

describe('a command says where its calls go, and why', () => {
  it.each<[string, Record<string, string>, readonly string[], string]>([
    ['AWS_ENDPOINT_URL', { ...environment, AWS_ENDPOINT_URL: url }, ['status'], 'AWS_ENDPOINT_URL'],
    [
      'the variable of Secrets Manager',
      { ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: url },
      ['status'],
      'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    ],
    [
      'the profile of AWS_PROFILE',
      { ...home, ...profiles, AWS_PROFILE: 'elsewhere' },
      ['status'],
      'endpoint_url of the AWS profile',
    ],
  ])('with %s', async (_, given, args, reason) => {
    const { status, stderr } = await run({ environment: given }, args)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `Calls go to ${url} and not to AWS, because of ${reason}.\n`,
    })
  })
})

it('says it once, and not in a document for programs', async () => {
  // Its first three calls go at the same time.
  const removal = await run(stack, ['remove', 'sales-mailbox', '--yes'])
  expect(removal.stderr.match(/and not to AWS/g)).toHaveLength(1)
  const { stderr } = await run(stack, ['doctor'])
  expect(stderr.match(/and not to AWS/g)).toHaveLength(1)
  expect(await run(stack, ['status', '--json'])).toMatchObject({ status: 0, stderr: '' })
})

it('says nothing of AWS itself, in any Region, dual-stack or FIPS', async () => {
  const lines: string[] = []
  for (const region of ['eu-central-1', 'us-gov-west-1', 'cn-north-1']) {
    for (const useDualstackEndpoint of [false, true]) {
      const client = new SecretsManagerClient({
        region,
        useDualstackEndpoint,
        useFipsEndpoint: region.startsWith('us'),
        credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
        requestHandler: { handle: () => Promise.reject(new Error('not sent')) },
      })
      announcer((text) => lines.push(text))(client)
      await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow('not sent')
    }
  }
  expect(lines).toEqual([])
})

it('takes no other host of AWS for Secrets Manager', async () => {
  const lines: string[] = []
  const client = new SecretsManagerClient({
    region: 'eu-central-1',
    endpoint: 'https://thief.execute-api.eu-central-1.amazonaws.com',
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
    requestHandler: { handle: () => Promise.reject(new Error('not sent')) },
  })
  announcer((text) => lines.push(text))(client)
  await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow('not sent')
  expect(lines).toHaveLength(1)
})

it('says it before a password is typed, so that the host gets none', async () => {
  const user = stack.addUser()
  const args = ['bootstrap', 'sales', '--client-id', stack.clientId, '--username', user.userName]
  const session = onTerminal(stack, args, { more: { AWS_ENDPOINT_URL_SECRETS_MANAGER: thiefUrl } })
  await session.until(`Calls go to ${thiefUrl} and not to AWS`)
  session.hangUp()
  await session.ended
  expect(received.join('')).not.toContain(user.password)
})
