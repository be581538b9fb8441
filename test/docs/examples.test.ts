// The examples are run: the CDK application is compiled and synthesized, and the readers read a token where they can.

import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest'
import { readerCacheMinutes } from '../../lambda/contract.ts'
import { linkedPath } from '../cli/support/linked.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { temporary } from '../lib/support.ts'
import { linksOf, root, textOf } from './markdown.ts'

const run = promisify(execFile)
const binaries = join(root, 'node_modules/.bin')
const readers = 'examples/readers'
const fileOf = (path: string): string => join(root, readers, path)

test('every example is in the table', () => {
  const files = readdirSync(join(root, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name))
  const listed = linksOf('examples/README.md').map((target) => join(root, 'examples', target))
  expect(files.length).toBeGreaterThan(8)
  expect(listed).toEqual(expect.arrayContaining(files))
})

test('no reader caches for longer than it may', () => {
  const five = `${readerCacheMinutes}`
  const written = {
    'node/reader.mjs': `cacheMilliseconds = ${five} * 60_000`,
    'python/reader.py': `CACHE_SECONDS = ${five} * 60\n`,
    'java/SalesMailbox.java': `ofMinutes(${five})`,
    'dotnet/SalesMailbox.cs': `FromMinutes(${five})`,
    'go/reader.go': `cacheTime = ${five} * time.Minute`,
  }
  for (const [path, text] of Object.entries(written)) expect(readFileSync(fileOf(path), 'utf8')).toContain(text)
  const intervals = [...textOf('docs/guides/reading-tokens.md').matchAll(/refreshInterval: (\d+)m/g)]
  expect(intervals).not.toEqual([])
  for (const [, minutes] of intervals) expect(Number(minutes)).toBeLessThanOrEqual(readerCacheMinutes)
})

describe('the CDK application', { timeout: 120_000 }, () => {
  /** As the guide describes it: the application, this repository as a folder, one node_modules. */
  const application = (): string => {
    const directory = temporary()
    symlinkSync(root, join(directory, 'token-refresher'))
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    const text = textOf('examples/cdk-app/app.ts')
    expect(text).toContain("'../../lib/token-refresher.ts'")
    writeFileSync(join(directory, 'app.ts'), text.replace('../../lib/', './token-refresher/lib/'))
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    const configuration = { extends: join(root, 'tsconfig.json'), include: [], files: ['app.ts'] }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration))
    return directory
  }

  test('has no type errors under the strictest flags', async () => {
    const { stdout } = await run(join(binaries, 'tsc'), ['--project', application()])
    expect(stdout).toBe('')
  })

  test('lets its reader read one published secret, and nothing else of ours', async () => {
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

describe('a reader', async () => {
  const stack = await startCommandStack()
  await stack.connect('sales-mailbox')
  const PATH = linkedPath()
  const environment = {
    ...stack.environment,
    PATH,
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_CONFIG_FILE: '/dev/null',
    PYTHONDONTWRITEBYTECODE: '1',
    RESOURCE: `${stack.entraUrl}/v1.0/me`,
  }
  const start = async (command: string, args: readonly string[], more: Record<string, string> = {}): Promise<string> =>
    (await run(command, args, { cwd: stack.directory, env: { ...environment, ...more } })).stdout

  /** Said aloud: a command that was not run is not known to work. */
  const needs = (context: TestContext, tool: string, ...check: readonly string[]): void => {
    if (spawnSync(tool, check.length === 0 ? ['--version'] : check).status === 0) return
    process.stderr.write(`skipped: ${context.task.name}: ${tool} ${check.join(' ')} does not work here\n`)
    context.skip(`there is no ${tool}`)
  }

  const published = (): string => {
    const versions = stack.secretsManager.inspect('token-refresher/connections/sales-mailbox')?.versions.values() ?? []
    const current = [...versions].findLast(({ labels }) => labels.includes('AWSCURRENT'))
    return JSON.parse(current?.string ?? '{}').access_token
  }

  test('in Node.js tries again past its cache after a 401', async () => {
    const program = `
      import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
      import { accessToken, request } from ${JSON.stringify(pathToFileURL(fileOf('node/reader.mjs')).href)}
      const client = new SecretsManagerClient({})
      const SecretId = 'token-refresher/connections/sales-mailbox'
      const { SecretString: good } = await client.send(new GetSecretValueCommand({ SecretId }))
      const write = (SecretString) => client.send(new PutSecretValueCommand({ SecretId, SecretString }))
      await write(JSON.stringify({ ...JSON.parse(good), access_token: 'revoked' }))
      const old = await accessToken()
      await write(good)
      const { status } = await request(process.env.RESOURCE)
      console.log(JSON.stringify({ old, status, now: await accessToken() }))`
    if (!existsSync(join(stack.directory, 'node_modules')))
      symlinkSync(join(root, 'node_modules'), join(stack.directory, 'node_modules'))
    writeFileSync(join(stack.directory, 'program.mjs'), program)
    const output = JSON.parse(await start(process.execPath, ['program.mjs']))
    expect(output).toEqual({ old: 'revoked', status: 200, now: published() })
  })

  test('in Python', async (context) => {
    needs(context, 'python3', '-c', 'import boto3')
    const program = `import os
from reader import access_token, get
print(access_token(), access_token() == access_token(fresh=True), get(os.environ["RESOURCE"]).status)`
    const output = await start('python3', ['-c', program], { PYTHONPATH: fileOf('python') })
    expect(output.trim()).toBe(`${published()} True 200`)
  })

  test('in a shell, with the command', async (context) => {
    needs(context, 'curl')
    expect(JSON.parse(await start(fileOf('shell/with-command.sh'), []))).toHaveProperty('userPrincipalName')
  })

  test('in a shell, with the AWS CLI', async (context) => {
    needs(context, 'aws')
    needs(context, 'jq')
    expect((await start(fileOf('shell/with-aws-cli.sh'), [])).trim()).toBe(published())
  })

  test('in a Lambda function asks the extension', async () => {
    const session = randomUUID()
    const extension = createServer((request, response) => {
      const id = new URL(request.url ?? '', 'http://extension').searchParams.get('secretId')
      const allowed = request.headers['x-aws-parameters-secrets-token'] === session
      if (!allowed || id !== 'token-refresher/connections/sales-mailbox') return void response.writeHead(400).end()
      response.end(JSON.stringify({ SecretString: JSON.stringify({ access_token: published() }) }))
    })
    const port = await new Promise<number>((resolve) =>
      extension.listen(0, 'localhost', () => {
        const address = extension.address()
        resolve(address === null || typeof address === 'string' ? 0 : address.port)
      }),
    )
    onTestFinished(() => void extension.close())
    const program = `import { accessToken } from ${JSON.stringify(pathToFileURL(fileOf('lambda-extension/reader.mjs')).href)}
      console.log(await accessToken())`
    const output = await start(process.execPath, ['--input-type=module', '--eval', program], {
      AWS_SESSION_TOKEN: session,
      PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(port),
    })
    expect(output.trim()).toBe(published())
  })
})
