// npm run mutants: each mutant breaks one rule in a copy of the code, and the stories of the simulation, or the tests that it
// names, must notice it.

import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import * as v from 'valibot'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'test/simulation/mutants')
const run = promisify(execFile)

/** Ends all that runs, so that no copy stays behind. */
const stop = new AbortController()

const needed = ['lambda', 'lib', 'local', 'test', 'cdk.json', 'package.json', 'tsconfig.json', 'vitest.config.ts']

const mutantSchema = v.strictObject({
  /** The rule, and what is broken. */
  title: v.string(),
  /** Test files that must notice it, of what the stories do not know. Absent: the stories. */
  tests: v.exactOptional(v.array(v.string())),
  /** Each replaces lines that the file has exactly once. Comments are left out, so that rewording them breaks no mutant. */
  edits: v.array(v.strictObject({ file: v.string(), from: v.array(v.string()), to: v.array(v.string()) })),
})

/** Names of the files in `mutants/`. */
export const mutants = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()

const readMutant = (name: string) => v.parse(mutantSchema, JSON.parse(readFileSync(join(folder, name), 'utf8')))

export const titleOf = (name: string): string => readMutant(name).title

/**
 * The files that a mutant changes, by path, as they are afterwards.
 *
 * @throws Error when a file does not have the lines exactly once
 */
export const mutated = (name: string, directory: string): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  for (const { file, from, to } of readMutant(name).edits) {
    const parts = (files.get(file) ?? readFileSync(join(directory, file), 'utf8')).split(from.join('\n'))
    if (parts.length !== 2) throw new Error(`${name}: ${file} has the lines ${parts.length - 1} times, not once`)
    files.set(file, parts.join(to.join('\n')))
  }
  return files
}

export const testsOf = (name: string): readonly string[] => readMutant(name).tests ?? []

interface Verdict {
  readonly by?: string
  readonly after: string
}

const byStories = async (cwd: string): Promise<Verdict> => {
  const { stdout } = await run(process.execPath, ['test/simulation/check.ts'], { cwd, signal: stop.signal })
  const { stories, ...verdict } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  return { ...verdict, after: `${stories} stories` }
}

const testReport = v.object({
  numTotalTests: v.number(),
  testResults: v.array(v.object({ assertionResults: v.array(v.object({ status: v.string(), fullName: v.string() })) })),
})

/** @throws Error when the tests could not run */
const byTests = async (cwd: string, tests: readonly string[]): Promise<Verdict> => {
  const report = join(cwd, 'report.json')
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...tests, '--reporter=json', `--outputFile=${report}`]
  // A failed test ends it with an error, which is what is wanted.
  await run(process.execPath, vitest, { cwd, signal: stop.signal }).catch(() => undefined)
  const { numTotalTests, testResults } = v.parse(testReport, JSON.parse(readFileSync(report, 'utf8')))
  const failed = testResults.flatMap((one) => one.assertionResults).find(({ status }) => status === 'failed')
  return { ...(failed && { by: failed.fullName }), after: `${numTotalTests} tests` }
}

const put = async (name: string): Promise<Verdict> => {
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-mutant-'))
  try {
    for (const path of needed) cpSync(join(root, path), join(directory, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    for (const [file, text] of mutated(name, directory)) writeFileSync(join(directory, file), text)
    const tests = testsOf(name)
    return await (tests.length === 0 ? byStories(directory) : byTests(directory, tests))
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
    const { by, after } = await put(name)
    if (by !== undefined) caught++
    const verdict = by === undefined ? 'SURVIVED' : `caught by ${by}`
    console.log(`${verdict.padEnd(12)} after ${after.padStart(14)}  ${titleOf(name)}`)
  }
  const ended = await Promise.allSettled(chosen.map((name) => limit(one, name)))
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed !== undefined && !stop.signal.aborted) throw failed.reason
  console.log(`${caught} of ${chosen.length} mutants caught`)
  if (caught < chosen.length) process.exitCode = 1
}

if (import.meta.main) await main()
