// A bootstrap without the command: the runbook's snippet, run under exactly the policy that operators are given.

import { execFile, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { defaultTiming, longestTickSeconds } from '../../lambda/contract.ts'
import { operatorPolicy } from '../cli/support/operator-policy.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { allBlocksRunBy, documents, textOf } from './markdown.ts'

const [snippet] = allBlocksRunBy('manual-bootstrap')

/** The commands of all documents, each on one line. */
const commands = documents.flatMap((path) =>
  [
    ...textOf(path)
      .replaceAll(/\\\n\s*/g, '')
      .matchAll(/aws (?:secretsmanager create-secret|lambda invoke) .*/g),
  ].map(([command]) => ({
    path,
    command,
  })),
)

describe('the manual bootstrap', () => {
  it('stands in one document, the runbook', () => {
    expect(allBlocksRunBy('manual-bootstrap')).toHaveLength(1)
    expect(snippet).toMatchObject({ path: 'docs/runbook.md', text: expect.stringContaining('create-secret') })
  })

  it('works under the policy of operators, and leaves no login and no file', async (context) => {
    if (spawnSync('aws', ['--version']).status !== 0) {
      process.stderr.write(`skipped: ${context.task.name}: there is no AWS CLI (aws) on PATH\n`)
      context.skip('there is no AWS CLI')
    }
    const stack = await startCommandStack({ operatorPolicy })
    const file = join(stack.directory, 'login.json')
    writeFileSync(file, JSON.stringify(stack.login(stack.addUser())))
    const env = { ...stack.environment, AWS_DEFAULT_REGION: 'eu-central-1', AWS_CONFIG_FILE: '/dev/null' }
    // Through cat: standard output must be something that /dev/stdout can be opened of, which a socket is not.
    const command = ['-euo', 'pipefail', '-c', `{ ${snippet?.text}\n} | cat`]
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
    expect(logins.length).toBeGreaterThanOrEqual(1)
    for (const login of logins) expect(login).toMatchObject({ command: expect.stringContaining('--kms-key-id alias/') })
  })

  it('an invocation is waited for longer than the function may run', () => {
    expect(invocations.length).toBeGreaterThanOrEqual(2)
    for (const { path, command } of invocations) {
      const longest = command.includes('-bootstrap') ? 120 : longestTickSeconds(defaultTiming)
      const [, waited = '0'] = /--cli-read-timeout (\d+)/.exec(command) ?? []
      expect({ path, waited: Number(waited) > longest }).toEqual({ path, waited: true })
    }
  })
})
