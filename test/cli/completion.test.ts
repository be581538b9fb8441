// Completion in the shells that people have: what it offers, and that nothing of what was typed is evaluated.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Shell, scriptFor, shells } from '../../cli/completion/scripts.ts'
import { suggest, takesFile } from '../../cli/completion/suggest.ts'
import { tree } from '../../cli/program.ts'
import { run } from './support/command.ts'
import { linkedPath } from './support/linked.ts'
import { isInstalled, sourcing, startShell, takeAway } from './support/shell.ts'
import { startCommandStack } from './support/stack.ts'

const root = tree(() => Promise.reject(new Error('nothing is run here')))
const names = ['sales-mailbox', 'support-mailbox']

describe('what may come next', () => {
  const offered = async (line: string): Promise<readonly string[] | 'files'> => {
    const { values, files } = await suggest(line.split(' '), root, async () => names)
    return files ? 'files' : values.map(({ value }) => value)
  }

  it.each([
    ['st', ['status']],
    ['re', ['refresh', 'resume', 'remove', 'restore']],
    ['list sales-', ['sales-mailbox']],
    ['client ', ['list', 'show', 'set-secret', 'renew-secret', 'federate']],
    ['client s', ['show', 'set-secret']],
    ['nonsense ', []],
    ['refresh ', names],
    ['refresh sales-mailbox su', ['support-mailbox']],
    ['status sales-mailbox ', []],
    ['status --json sa', ['sales-mailbox']],
    ['--region eu-central-1 status sa', ['sales-mailbox']],
    ['--region=eu-central-1 status sa', ['sales-mailbox']],
    ['status --region eu-central-1 sa', ['sales-mailbox']],
    ['bootstrap a --mode ', ['fresh', 'keep-alive']],
    ['bootstrap a --mode f', ['fresh']],
    ['bootstrap a --mode=f', ['--mode=fresh']],
    ['bootstrap a --mode=', ['--mode=fresh', '--mode=keep-alive']],
    ['bootstrap a --nonsense=', []],
    ['bootstrap a --scope ', []],
    ['bootstrap a --from-file ', 'files'],
    ['bootstrap a --from-file=x', 'files'],
    ['client set-secret c --from-file ', 'files'],
    ['status --wat', ['--watch']],
    ['status -- --wat', []],
    ['status -- s', names],
    ['completion ', [...shells]],
    ['complet', ['completion']],
    ['pause --pro', ['--profile']],
    ['--vers', ['--version']],
  ])('after "%s"', async (line, wanted) => {
    expect(await offered(line)).toEqual(wanted)
  })

  it('comes with the values of the global options', async () => {
    let globals: object = {}
    const line = '--prefix other refresh --region=eu-west-1 --profile p '
    await suggest(line.split(' '), root, async (place) => {
      globals = place.globals
      return []
    })
    expect(globals).toEqual({ prefix: 'other', region: 'eu-west-1', profile: 'p' })
  })
})

describe('the scripts', () => {
  it.each(shells)('for %s evaluates nothing, and leaves nothing read-only', (shell) => {
    const commands = scriptFor(shell).replaceAll(/^ *#.*/gm, '')
    expect(commands).not.toMatch(/\beval\b|\breadonly\b|declare -r|\bcompgen\b|_init_completion|_get_comp_words|expand/)
  })

  it('for fish knows every option that takes a file', () => {
    const all = [root, ...root.commands, ...root.commands.flatMap((command) => command.commands)]
    const options = new Set(all.flatMap((command) => command.options.filter(takesFile).map(({ long }) => long)))
    const known = [...scriptFor('fish').matchAll(/--long-option (\S+) --require-parameter --force-files/g)]
    expect(known.map(([, name]) => `--${name}`)).toEqual([...options])
  })
})

const stack = await startCommandStack()
const PATH = linkedPath()
const env = { ...stack.environment, PATH }

beforeAll(async () => {
  for (const name of names) await stack.pretend(name)
})

const hostileNames = ['$(touch evaluated)', '`touch evaluated`', 'a\u001b[31m', '../x', 'UPPER', 'ok']

it('a name that no connection can have is not offered', async () => {
  const SecretList = hostileNames.map((name) => ({ Name: `token-refresher/grants/${name}`, ARN: 'a' }))
  const headers = { 'content-type': 'application/x-amz-json-1.1' }
  stack.faults.aws = () => ({ kind: 'answer', answer: { status: 200, headers, body: JSON.stringify({ SecretList }) } })
  const { stdout } = await run(stack, ['complete', '--', 'status', ''])
  stack.faults.aws = undefined
  expect(stdout).toBe('ok\tits name\n:values\n')
})

it('what was removed is offered to be restored, and to nothing else', async () => {
  await stack.pretend('removed')
  const SecretId = 'token-refresher/grants/removed'
  await stack.aws.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }))
  expect((await run(stack, ['complete', '--', 'restore', ''])).stdout).toBe('removed\ttheir names\n:values\n')
  expect((await run(stack, ['complete', '--', 'status', 'rem'])).stdout).toBe(':values\n')
})

const evaluated = [
  '$(touch evaluated)',
  '`touch evaluated`',
  '$'.concat('{a:-$(touch evaluated)}'),
  '$((a[$(touch evaluated)]))',
]

/** Closed and open ones, as values and in quotes. */
const lines: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    ...evaluated,
    ...evaluated.map((text) => `${text} `),
    ...evaluated.map((text) => `"${text}`),
    ...evaluated.map((text) => `--prefix=${text} s`),
    ...evaluated.map((text) => `--region ${text} sa`),
    "a[$(touch evaluated)]=' ",
    '--mode=$(touch evaluated)',
    '--from-file $(touch evaluated)/ ',
    ';$(touch evaluated) ',
  ],
  // Without a blank before Tab it is zsh itself that expands, before any completion.
  zsh: [
    ...evaluated.map((text) => `${text} `),
    ...evaluated.map((text) => `"${text}" s`),
    ...evaluated.map((text) => `--prefix=${text} s`),
    '$'.concat('{(e):-$(touch evaluated)} '),
    '=(touch evaluated) ',
    '*(e:"touch evaluated":) s',
  ],
  fish: [
    '(touch evaluated)',
    '(touch evaluated) ',
    '"$(touch evaluated)" ',
    '--prefix=(touch evaluated) s',
    '{a,(touch evaluated)} ',
  ],
}

const folder = (): string => {
  const directory = mkdtempSync(join(stack.directory, 'shell-'))
  writeFileSync(join(directory, 'login.json'), '{}')
  mkdirSync(join(directory, 'logins'))
  return directory
}

/** A command that prints the real scripts, answers at once, and writes a line for each time that it is asked. */
const quickAnswers = (asked: string): string => {
  const directory = folder()
  const scripts = join(import.meta.dirname, '../../cli/completion')
  const command = join(directory, 'token-refresher')
  writeFileSync(
    command,
    `#!/bin/sh\nif [ "$1" = completion ]; then exec cat "${scripts}/completion.$2"; fi
echo asked >> '${asked}'\nprintf 'sales-mailbox\\tits name\\n:values\\n'\n`,
  )
  chmodSync(command, 0o755)
  return directory
}

describe.each(shells)('in %s', (shell) => {
  const installed = isInstalled(shell)
  if (!installed) {
    process.stderr.write(
      `test/cli/completion: skipped, for ${shell} is not installed; on Debian: apt-get install ${shell}\n`,
    )
  }

  it.runIf(installed)('commands, connections, values and files are completed', async () => {
    const session = await startShell(shell, { directory: folder(), env })
    await session.completed('token-refresher sta', /> token-refresher status *$/m)
    await session.completed('token-refresher status sa', /> token-refresher status sales-mailbox *$/m)
    await session.completed(
      'token-refresher bootstrap x --mode k',
      /> token-refresher bootstrap x --mode keep-alive *$/m,
    )
    await session.completed('token-refresher bootstrap x --mode=f', /> token-refresher bootstrap x --mode=fresh *$/m)
    await session.completed('token-refresher bootstrap x --from-file login.', /--from-file login\.json *$/m)
    await session.completed('token-refresher bootstrap x --from-file=login.', /--from-file=login\.json *$/m)
    await session.completed('token-refresher client set-secret c --from-file logins', /--from-file logins\/ *$/m)
  })

  it.runIf(installed)('nothing that was typed is evaluated', async () => {
    const directory = folder()
    const asked = join(directory, 'asked')
    const session = await startShell(shell, { directory, env: { ...env, PATH: `${quickAnswers(asked)}:${PATH}` } })
    for (const [index, line] of lines[shell].entries()) {
      session.type(`token-refresher status ${line}\t\t${takeAway}`)
      await session.run('true')
      expect({ line, evaluated: existsSync(join(directory, 'evaluated')) }).toEqual({ line, evaluated: false })
      // It was completed, so it could have been evaluated.
      expect(readFileSync(asked, 'utf8').split('\n').length).toBeGreaterThan(index + 1)
    }
    // The shell is one that evaluates.
    await session.run(shell === 'fish' ? 'echo (touch evaluated)' : 'echo $(touch evaluated)')
    expect(existsSync(join(directory, 'evaluated'))).toBe(true)
  })

  it.runIf(installed)('the script may be sourced again, and says nothing', async () => {
    const directory = folder()
    const session = await startShell(shell, { directory, env })
    const said = join(directory, 'said')
    const twice = `begin; ${sourcing.fish}; ${sourcing.fish}; end > said 2>&1`
    await session.run(shell === 'fish' ? twice : `{ ${sourcing[shell]}; ${sourcing[shell]}; } > said 2>&1`)
    expect(readFileSync(said, 'utf8')).toBe('')
    await session.completed('token-refresher sta', /> token-refresher status *$/m)
    rmSync(said)
  })
})
