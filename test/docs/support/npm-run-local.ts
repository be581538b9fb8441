// `npm run local` as a person starts it, in a folder of its own.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root } from '../markdown.ts'

export interface Local {
  /** Its state is in the folder `state`. */
  readonly directory: string
  /** What it has printed. */
  said(): string
  /** What the file for the shell exports. */
  exported(): Record<string, string>
  stop(): Promise<void>
}

export const startLocal = async (): Promise<Local> => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-local-'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const command = ['run', 'local', '--', '--port', '0', '--directory', join(directory, 'state')]
  // A group of its own, for npm does not hand a signal on.
  const local = spawn('npm', command, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((done) => local.once('exit', done))
  let said = ''
  for (const stream of [local.stdout, local.stderr]) stream.on('data', (data) => (said += String(data)))
  while (!said.includes('token-refresher token')) {
    if (local.exitCode !== null) throw new Error(`npm run local ended: ${said}`)
    await wait(50)
  }
  return {
    directory,
    said: () => said,
    exported: () => {
      const text = readFileSync(join(directory, 'state/environment'), 'utf8')
      return Object.fromEntries([...text.matchAll(/\b(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
    },
    stop: async () => {
      if (local.pid !== undefined && local.exitCode === null) process.kill(-local.pid, 'SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The environment of this machine without its own AWS configuration. */
export const bareEnvironment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
})
