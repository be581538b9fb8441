// The package as a stranger has it: packed, installed into an empty folder, used by an application and on a terminal.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { constructReference } from '../../build/construct-reference.ts'
import { keptFolder } from '../cli/support/kept-folder.ts'
import { startCommandStack } from '../cli/support/stack.ts'
import { textOf } from '../docs/markdown.ts'
import { fingerprint } from '../support/fingerprint.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const { devDependencies } = JSON.parse(textOf('package.json'))
const example = textOf('examples/cdk-app/app.ts').replace("'../../lib/token-refresher.ts'", "'token-refresher'")

const folder = mkdtempSync(join(tmpdir(), 'token-refresher-package-'))
const inFolder = (path: string): string => join(folder, path)
const npm = (...args: readonly string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder, maxBuffer: 64 * 1024 * 1024 })

const templateOf = (assembly: string): unknown => {
  const name = readdirSync(assembly).find((file) => file.endsWith('.template.json'))
  return JSON.parse(readFileSync(join(assembly, name ?? 'no template'), 'utf8'))
}

/** The reference of these declarations: to make it, all declarations of the CDK are read. */
const referenceOnce = (): string => {
  const made = fingerprint(['dist/lib', 'build/construct-reference.ts', 'package-lock.json'])
  const path = join(keptFolder('references-of-the-tests'), `${made}.md`)
  if (!existsSync(path)) writeFileSync(path, constructReference())
  return readFileSync(path, 'utf8')
}

beforeAll(async () => {
  writeFileSync(inFolder('package.json'), '{ "name": "an-application", "private": true, "type": "module" }')
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const peers = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${devDependencies[name]}`)
  await npm('install', '--save-exact', inFolder(filename), ...peers)
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000)

it('holds no TypeScript source and no bundler, and declares what it offers', () => {
  const below = readdirSync(inFolder('node_modules/token-refresher'), { recursive: true, encoding: 'utf8' })
  expect(below.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  expect(below).toEqual(expect.arrayContaining(['dist/lib/index.d.ts', 'dist/functions/refresh/index.js']))
  expect(existsSync(inFolder('node_modules/esbuild'))).toBe(false)
})

it('is documented as its docstrings say (npm run build && npm run reference)', () => {
  expect(referenceOnce()).toBe(textOf('docs/reference/construct.md'))
})

describe('an application', { timeout: 300_000 }, () => {
  const synth = async (file: string, directory: string) => {
    const environment = { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: '{}', CDK_VALIDATION: 'false' }
    await run(process.execPath, [file], { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 })
    return templateOf(directory)
  }

  // The example has no types in it, so that it is JavaScript too.
  it('is synthesized in TypeScript and in plain JavaScript, to the same template as from a clone', async () => {
    for (const file of ['app.ts', 'app.js']) writeFileSync(inFolder(file), example)
    const [typed, plain, ofClone] = await Promise.all([
      synth('app.ts', inFolder('out-typed')),
      synth('app.js', inFolder('out-plain')),
      synth(join(root, 'examples/cdk-app/app.ts'), inFolder('out-of-clone')),
    ])
    expect(typed).toEqual(ofClone)
    expect(plain).toEqual(ofClone)
  })

  it('is type-checked against the declarations', async () => {
    writeFileSync(inFolder('typed.ts'), `${example}\nexport const wrong: number = 'text'\n`)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '', 'typed.ts']
    const { stdout } = await run(process.execPath, [compiler, ...options], { cwd: folder }).catch((error) => error)
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining("Type 'string' is not assignable to type 'number'"),
    ])
  })
})

const stack = await startCommandStack()

describe.each(['20', '22', '24'])('the command on Node.js %s', { timeout: 300_000 }, (major) => {
  const node = async (): Promise<string> => {
    if (process.version.startsWith(`v${major}.`)) return process.execPath
    // Unpacked once a day.
    const kept = join(keptFolder('nodes-of-the-tests'), major)
    const binary = join(kept, 'node_modules/node/bin/node')
    mkdirSync(kept, { recursive: true })
    if (!existsSync(binary)) await run('npm', ['install', '--prefix', kept, '--no-audit', '--no-fund', `node@${major}`])
    return binary
  }
  const launcher = inFolder('node_modules/token-refresher/cli/launcher.cjs')

  it('explains itself, and makes a connection', async () => {
    const binary = await node()
    const { stdout: version } = await run(binary, ['--version'])
    expect(version).toMatch(new RegExp(`^v${major}\\.`))
    const { stdout: help } = await run(binary, [launcher, '--help'])
    expect(help).toContain('token-refresher bootstrap sales-mailbox')
    const child = run(binary, [launcher, 'bootstrap', `on-${major}`, '--from-file', '-', '--json'], {
      env: { ...stack.environment },
    })
    child.child.stdin?.end(JSON.stringify(stack.login(stack.addUser())))
    expect(JSON.parse((await child).stdout)).toMatchObject({ connection: `on-${major}`, status: 'healthy' })
  })
})
