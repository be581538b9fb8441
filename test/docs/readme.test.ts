// The README's quickstart and snippets are run as they are written, and so is the removal of the guide to the deployment.

import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { tree } from '../../cli/program.ts'
import { linkedPath } from '../cli/support/linked.ts'
import { allBlocksRunBy, block, blocksRunBy, quoted, root, table, textOf, trimmed } from './markdown.ts'
import { bareEnvironment, type Local, startLocal } from './support/npm-run-local.ts'

const run = promisify(execFile)

const blocks = blocksRunBy('readme', 'README.md')
const quickstart = block(blocks, 'sh', '(')
const nodeSnippet = block(blocks, 'js', 'import {')
const cliSnippet = block(blocks, 'sh', 'aws secretsmanager get-secret-value')
const removal = block(blocksRunBy('readme', 'docs/guides/deploy.md'), 'sh', 'aws secretsmanager list-secrets')

test('every block that says it is run here is', () => {
  const known = [quickstart, nodeSnippet, cliSnippet, removal]
  expect(
    allBlocksRunBy('readme')
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(known.toSorted())
})

describe('the README', () => {
  const readme = textOf('README.md')

  test('is at most 150 lines long', () => {
    expect(readme.split('\n').length - 1).toBeLessThanOrEqual(150)
  })

  test('names every command, and no others', () => {
    const named = table('README.md', 'command').flatMap(([calls]) => quoted(calls))
    const calls = tree(() => Promise.reject(new Error('nothing is run here'))).commands.flatMap((command) =>
      (command.commands.length === 0 ? [command] : command.commands).map((one) => {
        const parent = one === command ? '' : `${command.name()} `
        const names = one.registeredArguments.map((argument) => {
          const name = `${argument.name()}${argument.variadic ? '...' : ''}`
          return argument.required ? ` <${name}>` : ` [${name}]`
        })
        return `token-refresher ${parent}${one.name()}${names.join('')}`
      }),
    )
    expect(named.filter((call) => call.startsWith('token-refresher')).toSorted()).toEqual(calls.toSorted())
  })
})

describe('on npm run local', { timeout: 120_000 }, () => {
  let local: Local
  let directory = ''
  let url = ''

  beforeAll(async () => {
    local = await startLocal()
    directory = local.directory
    url = exported().AWS_ENDPOINT_URL ?? ''
  }, 120_000)

  afterAll(() => local.stop())

  const exported = () => local.exported()

  /** The README's path, and the one of this run. */
  const here = (text: string, state = join(directory, 'state')): string =>
    text.replaceAll('.token-refresher/', `${state}/`)

  /** What the quickstart exports in its own shell. */
  const environment = () => ({ ...bareEnvironment(), ...exported() })

  const access = () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = exported()
    return { endpoint: url, region: 'eu-central-1', credentials: { accessKeyId, secretAccessKey } }
  }

  const client = () => new SecretsManagerClient(access())

  const published = async (): Promise<Record<string, unknown>> => {
    const SecretId = 'token-refresher/connections/sales-mailbox'
    const { SecretString = '' } = await client().send(new GetSecretValueCommand({ SecretId }))
    return JSON.parse(SecretString)
  }

  const PATH = linkedPath()

  const shell = async (text: string, given: Record<string, string | undefined> = environment()): Promise<string> => {
    // Through cat: standard output must be something that /dev/stdout can be opened of, which a socket is not.
    const commands = here(text)
    const command = ['-euo', 'pipefail', '-c', `{ ${commands}\n} | cat`]
    const env = { ...given, PATH }
    return (await run('bash', command, { cwd: directory, env })).stdout
  }

  const needsAwsCli = (context: TestContext): void => {
    if (spawnSync('aws', ['--version']).status !== 0) skipped(context, 'there is no AWS CLI (aws) on PATH')
  }

  const skipped = (context: TestContext, reason: string): void => {
    process.stderr.write(`skipped: ${context.task.name}: ${reason}\n`)
    context.skip(reason)
  }

  test('what is printed to try is the quickstart', () => {
    const lines = here(quickstart, join(relative(root, directory), 'state'))
      .split('\n')
      .map(trimmed)
    expect(local.said().split('\n').map(trimmed)).toEqual(expect.arrayContaining(lines))
  })

  test('the steps of the quickstart work through an AWS SDK and Invoke over HTTP', async () => {
    const SecretString = readFileSync(join(directory, 'state/login.json'), 'utf8')
    await client().send(new CreateSecretCommand({ Name: 'token-refresher/logins/sales-mailbox', SecretString }))
    const lambda = new LambdaClient(access())
    const Payload = Buffer.from('{"connection":"sales-mailbox"}')
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'token-refresher-bootstrap', Payload }))
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      connection: 'sales-mailbox',
      status: 'healthy',
    })
    const keys = table('docs/reference/contract-for-apps.md', 'key of a published secret').flatMap(([names]) =>
      quoted(names),
    )
    const ofConnectionValues = ['client_id', 'client_secret', 'refresh_token', 'refresh_by']
    expect(Object.keys(await published()).toSorted()).toEqual(
      keys.filter((key) => !ofConnectionValues.includes(key)).toSorted(),
    )
  })

  test('the quickstart works as it is written', async () => {
    // The connection is there already, from the steps above.
    const output = await shell(quickstart.replace('--from-file', '--yes --from-file'), bareEnvironment())
    const { access_token } = await published()
    expect(output).toContain('sales-mailbox is healthy')
    expect(output).toContain('1 connection: 1 healthy')
    expect(output).toContain('✓ subscriptions  1 subscription confirmed: you@example.com')
    expect(output).not.toMatch(/^[✗?] /m)
    expect(output.trimEnd().split('\n').at(-1)).toBe(access_token)
  })

  test('the quickstart leaves the variables of the shell as they were', async () => {
    const before = { ...bareEnvironment(), AWS_PROFILE: 'mine', AWS_REGION: 'us-east-1' }
    const whole = `export -p > before; ${quickstart.replace('--from-file', '--yes --from-file')}; export -p > after`
    await shell(whole, before)
    // `_` is the shell's own: the last command.
    const [first, last] = ['before', 'after'].map((name) =>
      readFileSync(join(directory, name), 'utf8').replace(/^declare -x _=.*\n/m, ''),
    )
    expect(last).toBe(first)
    expect(last).toContain('AWS_PROFILE="mine"')
  })

  test('only its own user reads what the quickstart reads, and a stranger gets no answer', async () => {
    for (const file of ['state/environment', 'state/login.json']) {
      expect(statSync(join(directory, file)).mode & 0o077).toBe(0)
    }
    expect(local.said()).toContain(exported().AWS_ACCESS_KEY_ID)
    const stranger = new LambdaClient({ ...access(), credentials: { accessKeyId: 'local', secretAccessKey: 'local' } })
    const invoke = new InvokeCommand({ FunctionName: 'token-refresher-refresh', Payload: '{}' })
    await expect(stranger.send(invoke)).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
  })

  test('the snippet for Node.js reads the access token', async () => {
    writeFileSync(join(directory, 'reader.mjs'), `${nodeSnippet}\nconsole.log(access_token, expires_at)\n`)
    const { stdout } = await run(process.execPath, ['reader.mjs'], { cwd: directory, env: environment() })
    const { access_token, expires_at } = await published()
    expect(stdout).toBe(`${String(access_token)} ${String(expires_at)}\n`)
  })

  test('the snippet for the AWS CLI reads the published secret', async (context) => {
    needsAwsCli(context)
    expect(JSON.parse(await shell(cliSnippet))).toEqual(await published())
  })

  test('the command that removes the secrets leaves none', async (context) => {
    needsAwsCli(context)
    expect((await shell(removal)).match(/"DeletionDate"/g)).toHaveLength(3)
    await expect(published()).rejects.toThrow('marked for deletion')
  })
})
