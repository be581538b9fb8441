// The bundles as files: one each, small, the same every time, and with nothing to look up beside them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundle } from '../../../lib/functions/bundle.ts'
import { entries } from '../../../lib/functions/function-code.ts'
import { temporary } from '../support.ts'

const files = entries.map((name) => `lambda/${name}.ts`)

const folder = mkdtempSync(join(tmpdir(), 'token-refresher-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Bundled once for all tests. @returns the directory */
const bundled = (entry: string): string => {
  const directory = join(folder, entry)
  if (!existsSync(directory)) bundle(entry, directory)
  return directory
}

/** Those with options have the clients of KMS and STS too. */
const largest = (entry: string) => (/-with-options|sign-in/.test(entry) ? 1_060_000 : 1_000_000)

test.each(files)('%s becomes one small file, without a source map', (entry) => {
  const directory = bundled(entry)
  expect(readdirSync(directory)).toEqual(['index.js'])
  const code = readFileSync(join(directory, 'index.js'), 'utf8')
  expect(code.length).toBeLessThanOrEqual(largest(entry))
  expect(code).not.toContain('sourceMappingURL')
})

test.each(files)('%s becomes the same bytes wherever it is written', (entry) => {
  const [here, there] = [bundled(entry), join(temporary(), 'deeper/down')]
  bundle(entry, there)
  expect(readFileSync(join(here, 'index.js'))).toEqual(readFileSync(join(there, 'index.js')))
})

/** Asked for only where it is needed, which is nowhere here. */
const neverAsked = [
  // Signatures for an EventBridge endpoint that spans Regions.
  /^@aws-sdk\/signature-v4-crt$/,
]

test.each(files)('%s asks for nothing but what Node.js has, and what is never needed', (entry) => {
  const code = readFileSync(join(bundled(entry), 'index.js'), 'utf8')
  const asked = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name)
  const outside = asked.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
  expect(outside.filter((name) => !neverAsked.some((pattern) => pattern.test(name)))).toEqual([])
})

test('an entry that does not exist is an error that names it', () => {
  expect(() => bundle('lambda/nothing.ts', temporary())).toThrow('lambda/nothing.ts')
})
