// CI's check of the lock file for advisories: what fails it, and that a registry without an answer is said aloud.

import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { temporary } from '../lib/support.ts'

const root = join(import.meta.dirname, '../..')

/** With an npm that prints this. */
const check = (printed: string, status = 1) => {
  const directory = temporary()
  writeFileSync(join(directory, 'report'), printed)
  writeFileSync(join(directory, 'npm'), `#!/bin/sh\ncat '${directory}/report'\nexit ${status}\n`)
  chmodSync(join(directory, 'npm'), 0o755)
  const PATH = [directory, dirname(process.execPath), process.env.PATH].join(delimiter)
  const { status: ended, stderr } = spawnSync(join(root, '.ci/advisories'), { env: { PATH }, encoding: 'utf8' })
  return { ended, stderr }
}

const advisory = (name: string) => ({ name, severity: 'high', nodes: [`node_modules/${name}`] })
const report = (...names: readonly string[]): string =>
  JSON.stringify({ vulnerabilities: Object.fromEntries(names.map((name) => [name, advisory(name)])) })

test('no advisory passes, and says that it has looked', () => {
  expect(check(report(), 0)).toEqual({
    ended: 0,
    stderr: 'advisories: 0 packages with advisories, 0 of them outside tools and tests\n',
  })
})

test('an advisory in what is deployed fails, and names the package', () => {
  expect(check(report('undici', 'vitest'))).toMatchObject({
    ended: 1,
    stderr: expect.stringMatching(/high: undici\n.*high: vitest \(tools and tests alone\)\n.*2 packages .* 1 of them/s),
  })
})

test('an advisory in tools and tests alone is printed, and passes', () => {
  expect(check(report('vitest'))).toMatchObject({ ended: 0, stderr: expect.stringContaining('high: vitest') })
})

test.each([
  ['nothing', ''],
  ['a refusal', JSON.stringify({ statusCode: 405, error: { summary: '' } })],
  ['a page', '<html></html>'],
])('a registry that answers %s fails nothing, and is named as not checked', (_, printed) => {
  expect(check(printed)).toMatchObject({ ended: 0, stderr: expect.stringContaining('NOT CHECKED') })
})

test('CI runs the check', () => {
  expect(readFileSync(join(root, '.ci/run'), 'utf8')).toMatch(
    /^npm ci\n\.ci\/advisories\n(#.*\n)*ALL_STORIES=1 npm test$/m,
  )
})
