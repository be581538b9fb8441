// A bootstrap without the command: one snippet in README and runbook, run under exactly the policy that operators are given.

import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { defaultTiming, longestTickSeconds } from '../../lambda/contract.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { plain } from '../permissions/deployment.ts'

const root = join(import.meta.dirname, '../..')
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = new Map(
  ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${String(name)}`)]
    .filter((path) => path.endsWith('.md'))
    .map((path) => [path, textOf(path)]),
)

const snippetOf = (path: string): string => {
  const found = /^( *)<!-- run by test\/docs\/manual-bootstrap\.test\.ts -->\n *```sh\n([\s\S]*?)\n *```/m.exec(
    textOf(path),
  )
  const [, indent = '', text = ''] = found ?? []
  return text.replaceAll(`\n${indent}`, '\n').trim()
}

/** The commands of all documents, each on one line. */
const commands = [...documents].flatMap(([path, text]) =>
  [...text.replaceAll(/\\\n\s*/g, '').matchAll(/aws (?:secretsmanager create-secret|lambda invoke) .*/g)].map(
    ([command]) => ({
      path,
      command,
    }),
  ),
)

/** As docs/security.md has it. */
const operatorPolicy = (): unknown => {
  const [, block = ''] =
    /<!-- run by test\/docs\/security\.test\.ts -->\n```json\n([\s\S]*?)\n```/.exec(textOf('docs/security.md')) ?? []
  const [privateKey = ''] = plain.functions.refresh.keyAliases.values()
  const places = { '<region>': 'eu-central-1', '<account>': '123456789012', '<PrivateKey>': privateKey }
  return JSON.parse(Object.entries(places).reduce((text, [name, value]) => text.replaceAll(name, value), block))
}

describe('the manual bootstrap', () => {
  it('is the same in both documents', () => {
    expect(snippetOf('README.md')).toContain('create-secret')
    expect(snippetOf('docs/runbook.md')).toBe(snippetOf('README.md'))
  })

  it('works under the policy of operators, and leaves no login and no file', async (context) => {
    if (spawnSync('aws', ['--version']).status !== 0) {
      process.stderr.write(`skipped: ${context.task.name}: there is no AWS CLI (aws) on PATH\n`)
      context.skip('there is no AWS CLI')
    }
    const stack = await startCommandStack({ operatorPolicy: operatorPolicy() })
    const file = join(stack.directory, 'login.json')
    writeFileSync(file, JSON.stringify(stack.login(stack.addUser())))
    const env = { ...stack.environment, AWS_DEFAULT_REGION: 'eu-central-1', AWS_CONFIG_FILE: '/dev/null' }
    // Through cat: standard output must be something that /dev/stdout can be opened of, which a socket is not.
    const command = ['-euo', 'pipefail', '-c', `{ ${snippetOf('docs/runbook.md')}\n} | cat`]
    const { stdout } = await promisify(execFile)('bash', command, { cwd: stack.directory, env })
    expect(stdout).toContain('"status":"healthy"')
    expect(stack.logins()).toEqual([])
    expect(existsSync(file)).toBe(false)
  })
})

describe('in every document', () => {
  const logins = commands.filter(({ command }) => command.includes('/logins/'))
  const invocations = commands.filter(({ command }) => command.startsWith('aws lambda invoke'))

  it('a login is stored under the private key', () => {
    expect(logins.length).toBeGreaterThanOrEqual(2)
    for (const login of logins) expect(login).toMatchObject({ command: expect.stringContaining('--kms-key-id alias/') })
  })

  it('an invocation is waited for longer than the function may run', () => {
    expect(invocations.length).toBeGreaterThanOrEqual(3)
    for (const { path, command } of invocations) {
      const longest = command.includes('-bootstrap') ? 120 : longestTickSeconds(defaultTiming)
      const [, waited = '0'] = /--cli-read-timeout (\d+)/.exec(command) ?? []
      expect({ path, waited: Number(waited) > longest }).toEqual({ path, waited: true })
    }
  })
})
