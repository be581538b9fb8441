// Which folder imports which: the rules of dependency-cruiser.config.ts hold, and each of them can fail.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import configuration from '../dependency-cruiser.config.ts'

const root = join(import.meta.dirname, '..')
const folders = ['bin', 'build', 'lib', 'lambda', 'cli', 'local', 'bench', 'test', 'examples']

interface Report {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly {
      readonly rule: { readonly name: string }
      readonly from: string
      readonly to: string
    }[]
  }
}

const check = (folder: string): Report['summary'] => {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const options = ['--config', join(root, 'dependency-cruiser.config.ts'), '--output-type', 'json']
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...options, ...folders], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (stderr !== '') throw new Error(stderr)
  const report: Report = JSON.parse(stdout)
  return report.summary
}

/** By rule: a file, and what it may not import. */
const forbidden: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'no-circle': ['bench/a.ts', 'bench/b.ts'],
  'imports-resolve': ['lib/mistyped.ts', 'lib/absent.ts'],
  'core-is-pure': ['lambda/core/due.ts', 'lambda/ports.ts'],
  'core-has-no-input-and-output': ['lambda/core/file.ts', 'node:fs'],
  'contract-imports-nothing': ['lambda/contract.ts', 'lambda/core/tag.ts'],
  'use-cases-see-ports-only': ['lambda/usecases/tick.ts', 'lambda/adapters/http.ts'],
  'ports-know-no-use-case': ['lambda/ports.ts', 'lambda/usecases/limit.ts'],
  'adapters-know-no-use-case': ['lambda/adapters/events.ts', 'lambda/usecases/notifier.ts'],
  'lambda-stands-alone': ['lambda/handlers.ts', 'aws-cdk-lib'],
  'lib-sees-the-contract': ['lib/stack.ts', 'lambda/core/tag.ts'],
  'bin-composes-lib': ['bin/app.ts', 'lambda/contract.ts'],
  'cli-sees-decoders-of-core': ['cli/actions/refresh.ts', 'lambda/usecases/refresh.ts'],
  'cli-loads-no-infrastructure': ['cli/doctor.ts', 'lib/alarms.ts'],
  'emulations-see-the-contract': ['local/entra/service.ts', 'lambda/core/failures/classify.ts'],
  'local-enters-by-the-handlers': ['local/stack.ts', 'lambda/usecases/refresh.ts'],
  'local-has-no-command': ['local/iam/role.ts', 'cli/exit.ts'],
  'nothing-imports-tests': ['lib/settings.ts', 'test/support.ts'],
}

/** A source tree in which every rule is broken once, by types alone. */
const breakEveryRule = (folder: string): void => {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text, { flag: 'a' })
  }
  for (const name of folders) mkdirSync(join(folder, name))
  write('package.json', '{ "type": "module", "dependencies": { "aws-cdk-lib": "*" } }')
  write('node_modules/aws-cdk-lib/package.json', '{ "name": "aws-cdk-lib", "main": "index.js" }')
  write('node_modules/aws-cdk-lib/index.js', '')
  write('bench/b.ts', `import type { Value } from './a.ts'\n`)
  for (const [rule, [from, to]] of Object.entries(forbidden)) {
    const isFile = to.endsWith('.ts')
    const specifier = isFile ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to
    write(from, `import type { Value } from '${specifier}'\n`)
    if (isFile && rule !== 'imports-resolve') write(to, 'export type Value = string\n')
  }
}

describe('the layers', () => {
  it('hold in every source file', () => {
    const { violations, totalCruised } = check(root)
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
    expect(totalCruised).toBeGreaterThan(500)
  })

  it('have a forbidden import for every rule below', () => {
    expect(Object.keys(forbidden)).toEqual(configuration.forbidden.map(({ name }) => name))
  })

  const folder = mkdtempSync(join(tmpdir(), 'layers-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  breakEveryRule(folder)
  const { violations } = check(folder)

  it.each(Object.entries(forbidden))('fail by the rule %s', (rule, [from]) => {
    expect(violations.map(({ rule: { name }, from: file }) => `${name}: ${file}`)).toContain(`${rule}: ${from}`)
  })
})
