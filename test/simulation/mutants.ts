// npm run mutants: would it notice? Each patch breaks a rule in a copy of the code; the stories of the tests have to see it.

import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pLimit from 'p-limit'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patches = join(root, 'test/simulation/mutants')
const run = promisify(execFile)

/** Ends all that runs, so that no copy stays behind. */
const stop = new AbortController()

/** What the stories are told with. */
const needed = [
  'lambda',
  'lib',
  'local',
  'test/simulation',
  'test/support',
  'cdk.json',
  'package.json',
  'tsconfig.json',
]

export const mutants = (): readonly string[] =>
  readdirSync(patches)
    .filter((name) => name.endsWith('.patch'))
    .toSorted()

/** The first line of a patch: the rule, and what is broken. */
export const titleOf = (name: string): string => readFileSync(join(patches, name), 'utf8').split('\n')[0] ?? ''

/** @throws Error when it does not apply */
export const apply = (name: string, directory: string, more: readonly string[] = []): void => {
  execFileSync('patch', ['-p1', '--silent', ...more, '-i', join(patches, name)], { cwd: directory })
}

interface Verdict {
  readonly by?: string
  readonly stories: number
}

const put = async (name: string): Promise<Verdict> => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-mutant-'))
  try {
    for (const path of needed) cpSync(join(root, path), join(directory, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    apply(name, directory)
    const { stdout } = await run(process.execPath, ['test/simulation/check.ts'], {
      cwd: directory,
      signal: stop.signal,
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const main = async (): Promise<void> => {
  const wanted = process.argv.slice(2)
  const chosen = mutants().filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const limit = pLimit(availableParallelism())
  let caught = 0
  const one = async (name: string): Promise<void> => {
    if (stop.signal.aborted) return
    const { by, stories } = await put(name)
    if (by !== undefined) caught++
    const verdict = by === undefined ? 'SURVIVED' : `caught by ${by}`
    console.log(`${verdict.padEnd(12)} after ${String(stories).padStart(6)} stories  ${titleOf(name)}`)
  }
  const ended = await Promise.allSettled(chosen.map((name) => limit(one, name)))
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed !== undefined && !stop.signal.aborted) throw failed.reason
  console.log(`${caught} of ${chosen.length} mutants caught`)
  if (caught < chosen.length) process.exitCode = 1
}

if (import.meta.main) await main()
