// A shell as a person has it: on a pseudo-terminal, with nothing of this machine's own configuration.

import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import headless from '@xterm/headless'
import { onTestFinished } from 'vitest'
import type { Shell } from '../../../cli/completion/scripts.ts'

const starts: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-i'],
  zsh: ['-f', '-i'],
  fish: ['--no-config', '-i'],
}

/** What has to be typed before the completion is sourced, and how a shell sources it. */
export const sourcing: Readonly<Record<Shell, string>> = {
  bash: 'source <(token-refresher completion bash)',
  zsh: 'source <(token-refresher completion zsh)',
  fish: 'token-refresher completion fish | source',
}
const setUp: Readonly<Record<Shell, string>> = {
  bash: "PS1='> '",
  zsh: "PS1='> '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D",
  fish: "function fish_prompt; echo '> '; end; function fish_greeting; end",
}

export const isInstalled = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).error === undefined

export interface ShellSession {
  /** What the shell has written, each line as it stands on the screen. */
  screen(): string
  until(text: string | RegExp): Promise<void>
  type(text: string): void
  /** Types a line and Tab, waits for what the shell makes of it, and takes the line away. */
  completed(line: string, wanted: string | RegExp): Promise<void>
  /** Runs a command, and waits for its end. */
  run(command: string): Promise<void>
}

const patienceMilliseconds = 20_000
/** To the end of the line, and away with all before. */
export const takeAway = '\u0005\u0015'

export const startShell = async (
  shell: Shell,
  { directory, env }: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): Promise<ShellSession> => {
  const screen = new headless.Terminal({ cols: 200, rows: 200, scrollback: 5000, allowProposedApi: true })
  const child = spawnOnTerminal(shell, [...starts[shell]], {
    name: 'xterm-256color',
    cols: 200,
    rows: 200,
    cwd: directory,
    env: { ...env, HOME: directory, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
  })
  onTestFinished(() => child.kill('SIGKILL'))
  child.onData((data) => screen.write(data))
  // Shells ask the terminal what it is.
  screen.onData((data) => child.write(data))
  const shown = (): string => {
    const { active } = screen.buffer
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
    return lines.filter((line) => line !== '').join('\n')
  }
  const until = async (wanted: string | RegExp): Promise<void> => {
    const end = Date.now() + patienceMilliseconds
    while (!(typeof wanted === 'string' ? shown().includes(wanted) : wanted.test(shown()))) {
      if (Date.now() > end) throw new Error(`${shell} did not show ${wanted}, but:\n${shown()}`)
      await wait(20)
    }
  }
  let count = 0
  const run = async (command: string): Promise<void> => {
    const number = ++count
    // The line that is typed does not hold what the command prints.
    child.write(`${command}\rprintf 'ended%s\\n' -${number}\r`)
    await until(`ended-${number}\n`)
  }
  await wait(shell === 'fish' ? 500 : 100)
  await run(setUp[shell])
  await run(sourcing[shell])
  return {
    screen: shown,
    until,
    run,
    type: (text) => child.write(text),
    completed: async (line, wanted) => {
      child.write(`${line}\t`)
      await until(wanted)
      child.write(takeAway)
    },
  }
}
