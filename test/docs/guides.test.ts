// The guides are run: their commands and snippets as they are written, their figures against the code.

import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
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
import { allBlocksRunBy, blocksRunBy, textOf } from './markdown.ts'

const guide = (name: string): string => textOf(`docs/guides/${name}`)
const run = promisify(execFile)

const blocksOf = (name: string) => blocksRunBy('guides', `docs/guides/${name}`)

const exchange = 'microsoft-exchange-app-connect.md'
const reading = 'reading-tokens.md'
const others = 'other-providers.md'

const stack = await startCommandStack()
const { directory } = stack

beforeAll(() => {
  writeFileSync(join(directory, 'login.json'), JSON.stringify(stack.login(stack.addUser())))
})

const environment = () => ({
  ...stack.environment,
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_CONFIG_FILE: '/dev/null',
})

const PATH = linkedPath()

const shell = async (text: string): Promise<string> => {
  const env = { ...environment(), PATH }
  return (await run('bash', ['-euo', 'pipefail', '-c', text], { cwd: directory, env })).stdout
}

/** Said aloud: a command that was not run is not known to work. */
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
    ['json'],
    ['json'],
  ])
  expect(allBlocksRunBy('guides')).toHaveLength(6)
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
    const session = onTerminal(stack, [...args, '--another-account'])
    await session.answer(/sales-mailbox is healthy, as \S+\. Replace it by a new sign-in\?/, 'y')
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
  const [policy] = blocksOf(reading).map(({ text }) => text)

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
