// Commands in a process that stays. Most of the time of a short command is the start of Node.js and the loading of code.

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { ofProcess } from './program.ts'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface HostedRun {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: string
}

/** Those that run no command now. A command has the environment of the whole process, so a process runs one at a time. */
const idle: ChildProcess[] = []

/** They end with this process. */
const start = (path: string, environment: HostedRun['environment']): ChildProcess => {
  const host = fork(join(import.meta.dirname, 'command-host.ts'), [path], {
    env: { ...environment, ...ofProcess },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  host.unref()
  host.channel?.unref()
  return host
}

/** @param path of the file that exports `run` */
export const runHosted = async (path: string, one: HostedRun): Promise<Ended> => {
  const host = idle.pop() ?? start(path, one.environment)
  const ended = await new Promise<Ended>((resolve) => {
    let stderr = ''
    const read = (chunk: Buffer): void => {
      stderr += chunk.toString()
    }
    const end = (outcome: Ended): void => {
      host.off('message', answered).off('exit', died)
      host.stderr?.off('data', read)
      resolve({ ...outcome, stderr: outcome.stderr + stderr })
    }
    const answered = (outcome: Ended): void => {
      idle.push(host)
      end(outcome)
    }
    // As a command that throws what no one catches.
    const died = (status: number | null): void => end({ status, stdout: '', stderr: '' })
    host.once('message', answered).once('exit', died)
    host.stderr?.on('data', read)
    host.send(one)
  })
  return ended
}
