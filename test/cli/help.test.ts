// Every command explains itself with an example, and completes itself in the shells.

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tree } from '../../cli/program.ts'
import { run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
const root = tree(() => Promise.reject(new Error('nothing is run here')))
const paths = root.commands.flatMap((command) =>
  command.commands.length > 0
    ? [[command.name()], ...command.commands.map((child) => [command.name(), child.name()])]
    : [[command.name()]],
)

it.each(paths.map((path) => path.join(' ')))('%s --help has an example', async (path) => {
  const { status, stdout } = await run(stack, [...path.split(' '), '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`\\nExample:\\n {2}\\$ .*token-refresher ${path}`))
})

it('no option takes a secret', () => {
  const options = root.commands.flatMap(({ options: own }) => own.map(({ long }) => long ?? ''))
  expect(options.filter((name) => /password|secret$|refresh-token$|^--token$/.test(name))).toEqual([])
})

describe('completion', () => {
  const complete = async (...words: readonly string[]) => {
    const { stdout } = await run(stack, ['complete', '--', ...words])
    return stdout.split('\n').flatMap((line) => (/^[:]|^$/.test(line) ? [] : [line.split('\t')[0]]))
  }

  it('knows commands, options, their values and the connections there are', async () => {
    await stack.pretend('sales-mailbox')
    expect(await complete('st')).toEqual(['status'])
    expect(await complete('client', '')).toEqual(['list', 'show', 'set-secret'])
    expect(await complete('bootstrap', 'a', '--mode', '')).toEqual(['fresh', 'keep-alive'])
    expect(await complete('refresh', '')).toEqual(['sales-mailbox'])
    expect(await complete('refresh', 'sales-mailbox', 's')).toEqual(['sales-mailbox'])
    expect(await complete('--region', 'eu-central-1', 'refresh', '')).toEqual(['sales-mailbox'])
    expect(await complete('refresh', '--prefix', 'other', '')).toEqual([])
  })

  it('is silent when AWS does not answer', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    const { status, stderr } = await run(stack, ['complete', '--', 'refresh', ''], { environment })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.each(['bash', 'zsh', 'fish'])('works in %s', async (shell) => {
    if (spawnSync(shell, ['-c', 'true']).error !== undefined) {
      process.stderr.write(
        `test/cli/help: skipped, for ${shell} is not installed; on Debian: apt-get install ${shell}\n`,
      )
      return
    }
    const directory = mkdtempSync(join(tmpdir(), 'token-refresher-completion-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
    const command = join(directory, 'token-refresher')
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`)
    chmodSync(command, 0o755)
    const asked: Record<string, string> = {
      bash: `source <(token-refresher completion bash)
        COMP_WORDS=(token-refresher sta); COMP_CWORD=1; COMP_LINE='token-refresher sta'; COMP_POINT=19
        $(complete -p token-refresher | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); printf '%s\\n' "\${COMPREPLY[@]}"`,
      zsh: `autoload -U compinit; compinit -u -D; source <(token-refresher completion zsh); print -l \${_comps[token-refresher]}`,
      fish: `token-refresher completion fish | source; complete -C 'token-refresher sta'`,
    }
    const env = { ...stack.environment, PATH: `${directory}:${stack.environment.PATH}` }
    const { stdout, stderr } = spawnSync(shell, ['-c', asked[shell] ?? ''], { env, encoding: 'utf8' })
    expect({ shell, stderr, stdout }).toMatchObject({
      stdout: expect.stringContaining(shell === 'zsh' ? 'token-refresher' : 'status'),
    })
  })
})
