// The README is run: its commands, its snippets, its example, its tables, its arithmetic and its links.

import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { defaultTiming, metrics, refreshMarginMinutes } from '../../lambda/contract.ts'
import { decodeLogin } from '../../lambda/core/login/login.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { type Configuration, readConfiguration } from '../../lib/settings/configuration.ts'
import { longestPeriodMinutes } from '../../lib/settings/limits.ts'
import { options, settings } from '../../lib/settings/schema.ts'
import demoLogin from '../../local/demo/login.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }
import { linkedPath } from '../cli/support/linked.ts'
import { templateWith, temporary } from '../lib/support.ts'
import { embedded } from '../support/embedded.ts'

const root = join(import.meta.dirname, '../..')
const binaries = join(root, 'node_modules/.bin')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const run = promisify(execFile)

/** The blocks that say they are run here. In a list they are indented. */
const blocks = [
  ...readme.matchAll(/^( *)<!-- run by test\/docs\/readme\.test\.ts -->\n *```(\w+)\n([\s\S]*?)\n *```/gm),
].map(([, indent = '', language = '', text = '']) => ({
  language,
  text: text.replaceAll(`\n${indent}`, '\n').trim(),
}))

const block = (language: string, beginning: string): string => {
  const found = blocks.filter((one) => one.language === language && one.text.startsWith(beginning))
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} blocks begin with ${beginning}`)
  return only.text
}

const quickstart = block('sh', '(')
const loginJson = block('json', '{')
const nodeSnippet = block('js', 'import {')
const pythonSnippet = block('python', 'import boto3')
const cliSnippet = block('sh', 'aws secretsmanager get-secret-value')
const example = block('ts', 'import { App')
const removal = block('sh', 'aws secretsmanager list-secrets')

/** The rows under a table's heading, each as its cells. */
const table = (heading: string): readonly (readonly string[])[] => {
  const [, rows] = readme.split(`\n| ${heading} |`)
  if (rows === undefined) throw new Error(`no table begins with ${heading}`)
  const lines = rows.split('\n').slice(2)
  return lines.slice(0, lines.indexOf('')).map((line) => line.split('|').slice(1, -1).map(trimmed))
}
const trimmed = (text: string): string => text.trim()
const unquoted = (cell = ''): string => cell.replaceAll('`', '')
const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)

test('every block that says it is run here is', () => {
  const known = [quickstart, loginJson, nodeSnippet, pythonSnippet, cliSnippet, example, removal]
  expect(blocks.map(({ text }) => text).toSorted()).toEqual(known.toSorted())
  expect(readme.split('<!-- run by test/docs/readme.test.ts').length - 1).toBe(blocks.length)
})

describe('on npm run local', { timeout: 120_000 }, () => {
  let directory = ''
  let url = ''
  let said = ''
  let stop = async (): Promise<void> => {}

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'token-refresher-readme-'))
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    const command = ['run', 'local', '--', '--port', '0', '--directory', join(directory, 'state')]
    // A group of its own, for npm does not hand a signal on.
    const local = spawn('npm', command, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = new Promise((done) => local.once('exit', done))
    for (const stream of [local.stdout, local.stderr]) stream.on('data', (data) => (said += String(data)))
    stop = async () => {
      if (local.pid !== undefined && local.exitCode === null) process.kill(-local.pid, 'SIGTERM')
      await ended
    }
    while (!said.includes('token-refresher token')) {
      if (local.exitCode !== null) throw new Error(`npm run local ended: ${said}`)
      await wait(50)
    }
    url = exported().AWS_ENDPOINT_URL ?? ''
  }, 120_000)

  afterAll(async () => {
    await stop()
    rmSync(directory, { recursive: true, force: true })
  })

  /** What the file for the shell exports. */
  const exported = (): Record<string, string> => {
    const text = readFileSync(join(directory, 'state/environment'), 'utf8')
    return Object.fromEntries([...text.matchAll(/\b(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  }

  /** The README's path, and the one of this run. */
  const here = (text: string, state = join(directory, 'state')): string =>
    text.replaceAll('.token-refresher/', `${state}/`)

  /** Nothing of this machine's own AWS configuration. */
  const bare = () => ({
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  })

  /** What the quickstart exports in its own shell. */
  const environment = () => ({ ...bare(), ...exported() })

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
    expect(said.split('\n').map(trimmed)).toEqual(expect.arrayContaining(lines))
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
    const keys = table('key of a published secret').flatMap(([names]) => quoted(names))
    const ofConnectionValues = ['client_id', 'client_secret', 'refresh_token', 'refresh_by']
    expect(Object.keys(await published()).toSorted()).toEqual(
      keys.filter((key) => !ofConnectionValues.includes(key)).toSorted(),
    )
  })

  test('the quickstart works as it is written', async () => {
    // The connection is there already, from the steps above.
    const output = await shell(quickstart.replace('--from-file', '--yes --from-file'), bare())
    const { access_token } = await published()
    expect(output).toContain('sales-mailbox is healthy')
    expect(output).toContain('1 connection: 1 healthy')
    expect(output.trimEnd().split('\n').at(-1)).toBe(access_token)
  })

  test('the quickstart leaves the variables of the shell as they were', async () => {
    const before = { ...bare(), AWS_PROFILE: 'mine', AWS_REGION: 'us-east-1' }
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
    expect(said).toContain(exported().AWS_ACCESS_KEY_ID)
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

  test('the snippet for Python reads the access token', async (context) => {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) skipped(context, 'there is no python3 with boto3')
    const program = ['-c', `${pythonSnippet}\nprint(access_token)`]
    const { stdout } = await run('python3', program, { cwd: directory, env: environment() })
    expect(stdout.trim()).toBe((await published()).access_token)
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

describe('a login', () => {
  test('as it is shown decodes, and has the keys of the demo’s login', () => {
    expect(decodeLogin(new Redacted(loginJson), false)).toMatchObject({ ok: true })
    expect(Object.keys(JSON.parse(loginJson))).toEqual(Object.keys(demoLogin))
  })

  test('may have the keys that are listed, and no others', () => {
    const source = readFileSync(join(root, 'lambda/core/login/login.ts'), 'utf8')
    const [, schema = ''] = /v\.strictObject\(\{\n([\s\S]*?)\n\}\)/.exec(source) ?? []
    const accepted = [...schema.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
    const listed = table('key of a login').flatMap(([names]) => quoted(names))
    expect(listed.toSorted()).toEqual(accepted.toSorted())
  })
})

describe('the settings', () => {
  const rows = table('setting')
  const row = (name: string): readonly string[] => rows.find(([first]) => unquoted(first) === name) ?? []

  test('are those that are read, with what is allowed', () => {
    expect(rows.map(([name, , allowed]) => [unquoted(name), unquoted(allowed)])).toEqual(
      Object.entries(options).map(([name, { allowed }]) => [name, allowed]),
    )
    expect(rows.map(([name]) => unquoted(name))).toEqual(settings)
  })

  test('have the defaults that are given', () => {
    const defaults: Configuration = readConfiguration({})
    const unset: Readonly<Record<string, string>> = {
      alarmEmail: 'nobody',
      reservedConcurrency: 'off',
      publishedKeyArn: "the account's aws/secretsmanager key",
      vpc: 'off',
    }
    const written = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value))
    const expected = Object.entries(defaults).map(([name, value]) => [name, written(value ?? unset[name])])
    expect(rows.map(([name, , , given]) => [unquoted(name), unquoted(given)]).toSorted()).toEqual(expected.toSorted())
  })

  test('tie the longest period to the validity that is promised, as it says', () => {
    const [, sum, twice] = /at most (\d+) minus .* half of (\d+) minus/.exec(row('everyMinutes')[1] ?? '') ?? []
    for (const minimumValidityMinutes of [5, 15, 35]) {
      expect(longestPeriodMinutes({ minimumValidityMinutes })).toBe(
        Math.min(Number(sum) - minimumValidityMinutes, Math.floor((Number(twice) - minimumValidityMinutes) / 2)),
      )
    }
  })
})

describe('the example of the construct', { timeout: 120_000 }, () => {
  /** A directory as the README describes it: the application, this repository as a folder, one node_modules. */
  const application = (): string => {
    const directory = temporary()
    symlinkSync(root, join(directory, 'token-refresher'))
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    writeFileSync(join(directory, 'app.ts'), `${example}\n`)
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    const configuration = { extends: join(root, 'tsconfig.json'), include: [], files: ['app.ts'] }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration))
    return directory
  }

  test('has no type errors under the strictest flags', async () => {
    const { stdout } = await run(join(binaries, 'tsc'), ['--project', application()])
    expect(stdout).toBe('')
  })

  test('is an application that lets its reader read one published secret, and nothing else of ours', async () => {
    const directory = application()
    const env = { ...process.env, CDK_OUTDIR: join(directory, 'cdk.out') }
    await run(process.execPath, ['app.ts'], { cwd: directory, env })
    const template = JSON.parse(readFileSync(join(directory, 'cdk.out/Mail.template.json'), 'utf8'))
    const resources: Record<string, unknown> = template.Resources
    const policies = Object.entries(resources).filter(([id]) => /^ReaderServiceRoleDefaultPolicy/.test(id))
    const policy = JSON.stringify(policies)
    expect(policies).toHaveLength(1)
    expect(policy).toContain('"Action":"secretsmanager:GetSecretValue"')
    expect(policy).toContain(':secret:token-refresher/connections/sales-mailbox-??????')
    expect(policy.match(/"Effect":"Allow"/g)).toHaveLength(1)
    expect(JSON.stringify(resources)).toContain('"SECRET":"token-refresher/connections/sales-mailbox"')
    expect(JSON.stringify(resources)).toContain('https://wiki.example.com/token-refresher#actionrequired')
  })
})

describe('the cost', () => {
  const rows = table('what')
  const columns = [1, 100, 1000]
  const number = (text = ''): number => Number(text.replaceAll(/[$*,]/g, ''))
  const cells = (row: readonly string[]) =>
    row.slice(2).map((cell) => {
      const [count, dollars] = cell.split(' = ')
      return { count: number(count), dollars: number(dollars) }
    })
  const counts = (what: string): readonly number[] => {
    const found = rows.find(([name]) => name === what)
    return cells(found ?? []).map(({ count }) => count)
  }
  const perMonth = 12 * 730
  const refreshes = Math.round((730 * 60) / (75 - refreshMarginMinutes(defaultTiming) + defaultTiming.everyMinutes / 2))

  test('is the arithmetic that it shows', () => {
    const priced = rows.slice(0, -1)
    for (const row of priced) {
      const [, price = '', unit = '1'] = /\$([\d.]+) (?:each|per ([\d,]+))/.exec(row[1] ?? '') ?? []
      for (const { count, dollars } of cells(row)) {
        const exact = (count * Number(price)) / number(unit)
        expect(Math.abs(dollars - exact), row[0]).toBeLessThan(0.00501)
      }
    }
    const together = rows.at(-1)?.slice(2).map(number)
    const sums = columns.map((_, column) => priced.reduce((sum, row) => sum + (cells(row)[column]?.dollars ?? 0), 0))
    expect(together).toEqual(sums.map((sum) => Math.round(sum * 100) / 100))
  })

  test('counts what the code does', () => {
    const clients = [1, 1, 10]
    expect(counts('secrets')).toEqual(columns.map((n, column) => 2 * n + (clients[column] ?? 0)))
    expect(counts('ListSecrets calls')).toEqual(
      columns.map((n, column) => perMonth * (Math.ceil(n / 100) + Math.ceil((clients[column] ?? 0) / 100))),
    )
    expect(counts('other calls of Secrets Manager')).toEqual(columns.map((n) => refreshes * 6 * n))
    expect(counts('KMS requests')).toEqual(columns.map((n) => refreshes * 4 * n))
    expect(counts('Lambda requests')).toEqual([perMonth, perMonth, perMonth])
    expect(counts('Lambda GB-seconds, ARM64')).toEqual(
      columns.map((n) => Math.round(0.5 * (perMonth + (refreshes * n) / 24.5))),
    )
    expect(counts('logs, in MB, kept 90 days')).toEqual(
      columns.map((n) => Math.round((perMonth * 1.8 + refreshes * n * 0.65) / 1000)),
    )
    expect(readme).toContain(`730 × 60 / 49.5 = ${refreshes} times a month`)
    const { namespace, failed, deploymentDimension, classDimension, ...always } = metrics
    expect(counts('CloudWatch metrics')[0]).toBe(Object.keys(always).length)
  })

  test('counts what the template has', () => {
    const template = templateWith()
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    const looked: number[] = alarms.map(({ Properties }) =>
      Properties.Metrics === undefined
        ? 1
        : Properties.Metrics.filter((one: Record<string, unknown>) => 'MetricStat' in one).length,
    )
    expect(looked.toSorted()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 10, 2, 3])
    expect(counts('CloudWatch alarm metrics')[0]).toBe(looked.reduce((sum, one) => sum + one, 0))
    expect(counts('KMS keys')[0]).toBe(Object.keys(template.findResources('AWS::KMS::Key')).length)
    expect(counts('CloudWatch dashboards')[0]).toBe(
      Object.keys(template.findResources('AWS::CloudWatch::Dashboard')).length,
    )
  })

  test('rests on calls that the refresher makes: two listings in each of 288 ticks a day, and four calls for each of 29 refreshes', async () => {
    const e = await embedded()
    await e.connect('a')
    const days = 3
    const calls = await e.callsDuring(async () => {
      for (let tick = 0; tick < days * 288; tick++) await e.tickAfter(5)
    })
    const { ListSecrets = 0, BatchGetSecretValue: refreshed = 0, ...writes } = calls
    expect(ListSecrets).toBe(days * 288 * 2)
    expect(refreshed / days).toBeGreaterThan(27)
    expect(refreshed / days).toBeLessThan(31.5)
    expect(writes).toEqual({ PutSecretValue: 2 * refreshed, TagResource: refreshed })
  })
})

describe('what it refers to is there:', () => {
  const scripts = [...readme.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(([, name = '']) => name)

  test.each([...new Set(scripts)])('npm script %s', (name) => {
    expect(Object.keys(manifest.scripts)).toContain(name)
  })

  const documents = ['README.md', 'docs/security.md', 'docs/decisions/README.md', 'docs/decisions/deployment.md']
  const textOf = (path: string): string => readFileSync(path, 'utf8').replaceAll(/```[\s\S]*?```/g, '')
  const targetsOf = (document: string): ReadonlySet<string> =>
    new Set([...textOf(join(root, document)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target))
  const links = documents.flatMap((document) => [...targetsOf(document)].map((target) => ({ document, target })))

  /** As GitHub makes it of a heading. */
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')

  test.each(links)('$target, for $document', ({ document, target }) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? join(root, document) : resolve(root, dirname(document), path)
    expect(existsSync(file)).toBe(true)
    if (anchor === undefined) return
    const headings = [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
    expect(headings).toContain(anchor)
  })
})
