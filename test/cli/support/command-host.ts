// The process in which commands run one after another: their code is loaded once. Started by hosted.ts.

import { Readable } from 'node:stream'
import type { run as runCommand } from '../../../cli/run.ts'
import type { Ended, HostedRun } from './hosted.ts'

const { run }: { run: typeof runCommand } = await import(process.argv[2] ?? '')

const written = { stdout: '', stderr: '' }

for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (chunk: string | Uint8Array, ...others: unknown[]): boolean => {
    written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = others.find((one) => typeof one === 'function')
    if (done !== undefined) process.nextTick(done)
    return true
  }
}

// Node.js prints warnings past the stream.
process.on('warning', ({ stack }) => {
  written.stderr += `(node) ${stack}\n`
})

const work = async ({ args, environment, stdin }: HostedRun): Promise<Ended> => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args)
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(stdin)]) })
  written.stdout = ''
  written.stderr = ''
  const status = await run(args)
  return { status, ...written }
}

process.on('message', async (one: HostedRun) => process.send?.(await work(one)))
process.on('disconnect', () => process.exit())
