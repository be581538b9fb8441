// The guides are run: their commands and snippets as they are written, their figures against the code.

import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { defaultTiming, shortestFreshLifetimeMinutes } from '../../lambda/contract.ts'
import { aadsts } from '../../lambda/core/failures/failure-table.ts'
import { decodeLogin } from '../../lambda/core/login/login.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { onTerminal, run as runCommand } from '../cli/support/command.ts'
import { linkedPath } from '../cli/support/linked.ts'
import { startCommandStack } from '../cli/support/stack.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/guides')
const guides = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
const guide = (name: string): string => guides.get(name) ?? ''
const run = promisify(execFile)

const blocksOf = (name: string) =>
  [...guide(name).matchAll(/<!-- run by test\/docs\/guides\.test\.ts -->\n```(\w+)\n([\s\S]*?)\n```/g)].map(
    ([, language = '', text = '']) => ({ language, text }),
  )

const exchange = 'microsoft-exchange-app-connect.md'
const reading = 'reading-tokens.md'
const others = 'other-providers.md'

const stack = await startCommandStack()
const { directory } = stack

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  writeFileSync(join(directory, 'login.json'), JSON.stringify(stack.login(stack.addUser())))
})

const environment = () => ({
  ...stack.environment,
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_CONFIG_FILE: '/dev/null',
  RESOURCE: `${stack.entraUrl}/v1.0/me`,
})

const PATH = linkedPath()

const shell = async (text: string): Promise<string> => {
  const env = { ...environment(), PATH }
  return (await run('bash', ['-euo', 'pipefail', '-c', text], { cwd: directory, env })).stdout
}

/** Said aloud: a command that nobody has run is not known to work. */
const needs = (context: TestContext, ...tools: readonly string[]): void => {
  const missing = tools.find((tool) => spawnSync('bash', ['-c', `command -v ${tool}`]).status !== 0)
  if (missing === undefined) return
  process.stderr.write(`skipped: ${context.task.name}: there is no ${missing} on PATH\n`)
  context.skip(`there is no ${missing}`)
}

const published = async (): Promise<Record<string, string>> => {
  const { string = '{}' } =
    [...(stack.secretsManager.inspect('token-refresher/connections/sales-mailbox')?.versions.values() ?? [])].findLast(
      ({ labels }) => labels.includes('AWSCURRENT'),
    ) ?? {}
  return JSON.parse(string)
}

test('every block that says it is run here is, and there are no others', () => {
  expect([exchange, reading, others].map((name) => blocksOf(name).map(({ language }) => language))).toEqual([
    ['sh', 'sh', 'sh', 'sh'],
    ['json', 'js', 'python', 'sh', 'sh'],
    ['json'],
  ])
  expect([...guides.keys()].toSorted()).toEqual([exchange, others, reading].toSorted())
})

describe('from an empty tenant to App Connect', () => {
  const [asking, bootstrap, look, read] = blocksOf(exchange).map(({ text }) => text)

  test('the bootstrap from a file works, and publishes the four values', async () => {
    expect(await shell(bootstrap ?? '')).toContain('sales-mailbox is healthy')
    const [, table = ''] = guide(exchange).split('| key of the published secret |')
    const keys = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
    expect(keys).toHaveLength(4)
    expect(Object.keys(await published())).toEqual(expect.arrayContaining(keys))
  })

  test('the bootstrap that asks works, and again asks which client and endpoint it is, user name and password', async () => {
    const { userName, password } = stack.addUser()
    const [, ...args] = (asking ?? '').split(' ')
    const session = onTerminal(stack, args)
    await session.answer('sales-mailbox is healthy. Replace it by a new sign-in?', 'y')
    await session.answer('App registration', '')
    await session.answer(`Send this login to ${stack.tokenEndpoint}?`, 'y')
    await session.answer('User name', userName)
    await session.answer(`Password for ${userName} at`, password)
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('Published      connection values')
    expect(session.screen().match(/^✔/gm)).toHaveLength(5)
  })

  test('the commands that look at it work', async () => {
    const said = await shell(look ?? '')
    expect(said).toMatch(/Status +healthy/)
    expect(said).toContain('✓ deployment')
  })

  test('the line for App Connect reads the four values', async (context) => {
    needs(context, 'aws')
    expect(JSON.parse(await shell(read ?? ''))).toEqual(await published())
  })

  test('knows every code that it explains', () => {
    const codes = [...guide(exchange).matchAll(/AADSTS(\d+)/g)].map(([, code]) => Number(code))
    expect(codes.filter((code) => aadsts[code] === undefined)).toEqual([])
  })
})

describe('reading tokens', () => {
  const [policy, node, python, command, awsCli] = blocksOf(reading).map(({ text }) => text)

  test('is permitted by the least policy, and nothing else is', async () => {
    const text = (policy ?? '').replace('<region>', 'eu-central-1').replace('<account>', '123456789012')
    const readers = await startCommandStack({ operatorPolicy: JSON.parse(text) })
    await readers.connect('sales-mailbox')
    await readers.connect('other-mailbox')
    expect(await runCommand(readers, ['token', 'sales-mailbox'])).toMatchObject({ status: 0 })
    for (const args of [['token', 'other-mailbox'], ['status']]) {
      expect(await runCommand(readers, args)).toMatchObject({ stderr: expect.stringContaining('not permitted') })
    }
  })

  test('in Node.js, with a second try past the cache after a 401', async () => {
    const program = `${node}
      import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
      const read = async () => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString
      const write = (SecretString) => client.send(new PutSecretValueCommand({ SecretId, SecretString }))
      const good = await read()
      await write(JSON.stringify({ ...JSON.parse(good), access_token: 'revoked' }))
      const old = await accessToken()
      await write(good)
      const { status } = await request(process.env.RESOURCE)
      console.log(JSON.stringify({ old, status, now: await accessToken() }))`
    writeFileSync(join(directory, 'reader.mjs'), program)
    const { stdout } = await run(process.execPath, ['reader.mjs'], { cwd: directory, env: environment() })
    expect(JSON.parse(stdout)).toEqual({ old: 'revoked', status: 200, now: (await published()).access_token })
  })

  test('in Python', async (context) => {
    needs(context, 'python3')
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) {
      process.stderr.write(`skipped: ${context.task.name}: python3 has no boto3\n`)
      context.skip('python3 has no boto3')
    }
    const program = [
      '-c',
      `${python}\n\nimport os\nprint(access_token(), access_token() == access_token(fresh=True), get(os.environ["RESOURCE"]).status)`,
    ]
    const { stdout } = await run('python3', program, { cwd: directory, env: environment() })
    expect(stdout.trim()).toBe(`${(await published()).access_token} True 200`)
  })

  test('in a shell, with the command', async (context) => {
    needs(context, 'curl')
    expect(JSON.parse(await shell(command ?? ''))).toHaveProperty('userPrincipalName')
  })

  test('in a shell, with the AWS CLI', async (context) => {
    needs(context, 'aws', 'jq')
    expect((await shell(awsCli ?? '')).trim()).toBe((await published()).access_token)
  })

  test('names no cache time above five minutes', () => {
    const text = guide(reading)
    for (const five of ['5 * 60_000', '5 * 60\n', 'ofMinutes(5)', 'FromMinutes(5)', '5 * time.Minute']) {
      expect(text).toContain(five)
    }
    for (const [, minutes] of text.matchAll(/refreshInterval: (\d+)m/g)) expect(Number(minutes)).toBeLessThanOrEqual(5)
  })
})

describe('other providers', () => {
  test('the login as it is shown decodes', () => {
    const [login] = blocksOf(others)
    expect(decodeLogin(new Redacted(login?.text ?? ''), false)).toMatchObject({ ok: true })
  })

  test('the shortest lifetimes that it names are those of the code', () => {
    const [, reusable, singleUse] = /live (\d+) minutes or longer[\s\S]*?and (\d+) with a/.exec(guide(others)) ?? []
    expect(Number(reusable)).toBe(shortestFreshLifetimeMinutes(defaultTiming, 'reusable'))
    expect(Number(singleUse)).toBe(shortestFreshLifetimeMinutes(defaultTiming, 'single-use'))
  })
})
