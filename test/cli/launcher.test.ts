// What `npm link` puts on the path: it starts the command on the project's own Node.js, and is not noticed otherwise.

import { execFile, type SpawnSyncOptions, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import { transform } from 'esbuild'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '../..')
const launcher = join(root, manifest.bin['token-refresher'])
const directory = mkdtempSync(join(tmpdir(), 'token-refresher-launcher-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** This Node.js says that it is an old one. */
const pretending = join(directory, 'pretending.cjs')
writeFileSync(
  pretending,
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })\n`,
)
const onOldNode = [process.execPath, '--require', pretending]
/** Without the node_modules/.bin that npm puts first. */
const path = (process.env.PATH ?? '').split(':').filter((one) => !one.includes('node_modules'))
const onMachinesNode = ['/usr/bin/env', `PATH=${path.join(':')}`, 'node']

const inJavaScript = ['launcher.cjs', 'compile-cache.cjs']

let count = 0
/** A project whose command is `program`, with the Node.js of the tests as its own. */
const project = (program: string, { installed = true } = {}): string => {
  const folder = join(directory, `parent-${++count}`, 'project')
  mkdirSync(join(folder, 'cli'), { recursive: true })
  for (const file of inJavaScript) copyFileSync(join(root, 'cli', file), join(folder, 'cli', file))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'cli/main.ts'), program)
  if (installed) install(folder)
  return join(folder, 'cli/launcher.cjs')
}

const install = (folder: string): void => {
  mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true })
  symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'))
}

const start = ([file = '', ...args]: readonly string[], more: readonly string[], options: SpawnSyncOptions = {}) => {
  const { status, stdout, stderr } = spawnSync(file, [...args, ...more], { ...options, encoding: 'utf8' })
  return { status, stdout, stderr }
}

const nodes = [
  { name: 'an older Node.js', node: onOldNode },
  { name: 'the Node.js of this machine', node: onMachinesNode },
  { name: 'the Node.js of the project', node: [process.execPath] },
]

describe.each(nodes)('on $name', ({ node }) => {
  it('the command starts', () => {
    expect(start(node, [launcher, '--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
    expect(start(node, [launcher, 'nonsense'])).toMatchObject({ status: 2, stdout: '' })
  })

  it('arguments, standard input, output and exit status are handed on, and Node.js is 24', () => {
    const echo = project(`
      let input = ''
      for await (const text of process.stdin) input += text
      const args: string[] = process.argv.slice(2)
      console.log(JSON.stringify({ args, input, major: process.version.split('.')[0] }))
      console.error('to standard error')
      process.exitCode = 7`)
    const args = ['', 'a b', '--json', '$(false)', '"', 'ä', '--', '-x']
    const { status, stdout, stderr } = start(node, [echo, ...args], { input: 'from standard input' })
    expect({ status, stderr }).toEqual({ status: 7, stderr: 'to standard error\n' })
    expect(JSON.parse(stdout)).toEqual({ args, input: 'from standard input', major: 'v24' })
  })

  it('a command that a signal has ended has the exit status that shells give it', () => {
    const killed = project(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`)
    const { status } = spawnSync('sh', ['-c', '"$@"; exit $?', 'sh', ...node, killed])
    expect(status).toBe(128 + 9)
  })

  const cleaning = `
    let signals = 0
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
      if (++signals > 1) return
      setTimeout(() => { console.log('cleaned up after ' + signal); process.exit(130) }, 300)
    })
    setInterval(() => {}, 1000)
    console.log('ready ' + process.stdin.isTTY + ' ' + process.stdout.columns)`

  const onTerminal = async (act: (child: ReturnType<typeof spawnOnTerminal>) => void) => {
    const [file = '', ...args] = node
    const child = spawnOnTerminal(file, [...args, project(cleaning)], { cols: 77, rows: 10 })
    onTestFinished(() => {
      try {
        child.kill('SIGKILL')
      } catch {
        // It has ended.
      }
    })
    let written = ''
    let acted = false
    child.onData((data) => {
      written += data
      if (acted || !written.includes('ready true 77')) return
      acted = true
      act(child)
    })
    return new Promise((resolve) => child.onExit(({ exitCode }) => resolve({ exitCode, written })))
  }

  it('Ctrl-C lets the command clean up, and its exit status is the last word', async () => {
    const ended = await onTerminal((child) => child.write('\u0003'))
    expect(ended).toEqual({ exitCode: 130, written: expect.stringContaining('cleaned up after SIGINT') })
  })

  it.each(['SIGINT', 'SIGTERM'])('%s to the launcher alone reaches the command', async (signal) => {
    const ended = await onTerminal((child) => process.kill(child.pid, signal))
    expect(ended).toEqual({ exitCode: 130, written: expect.stringContaining(`cleaned up after ${signal}`) })
  })
})

describe('without npm ci', () => {
  const needsCode = `import 'a-package-that-is-not-installed'`

  it.each([nodes[0], nodes[2]])('$name says what to do', ({ node } = { name: '', node: [] }) => {
    const bare = project(needsCode, { installed: false })
    const { status, stdout, stderr } = start(node, [bare])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^token-refresher: .*not installed\.\nRun "npm ci" in .*\/project, .*\n$/)
  })

  it('a Node.js in a folder above the project is not started', () => {
    const bare = project(needsCode, { installed: false })
    const above = join(bare, '../../../node_modules/node/bin')
    mkdirSync(above, { recursive: true })
    const planted = join(above, 'node')
    writeFileSync(planted, `#!/bin/sh\ntouch ${join(directory, 'started')}\n`)
    chmodSync(planted, 0o755)
    expect(start(onOldNode, [bare]).status).toBe(1)
    expect(() => accessSync(join(directory, 'started'))).toThrow()
  })

  it('a Node.js that cannot be started is named', () => {
    const broken = project('')
    const node = join(broken, '../../node_modules/node/bin/node')
    rmSync(node)
    writeFileSync(node, 'not a program')
    const { status, stderr } = start(onOldNode, [broken])
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('cannot be started (EACCES)') })
    expect(stderr).toContain('Run "npm ci"')
  })
})

it('is found through a link, as npm makes it, and can be executed', () => {
  accessSync(launcher, constants.X_OK)
  const link = join(directory, 'token-refresher')
  symlinkSync(launcher, link)
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` }
  expect(start(['sh', '-c', 'token-refresher --version'], [], { env })).toMatchObject({
    status: 0,
    stdout: `${manifest.version}\n`,
  })
})

it('is linked by npm without a question to a registry', async () => {
  let requests = 0
  const registry = createServer((_, response) => {
    requests++
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void registry.close())
  const address = registry.address()
  const port = typeof address === 'object' ? address?.port : 0
  const prefix = join(directory, 'prefix')
  const env = { ...process.env, npm_config_prefix: prefix, npm_config_registry: `http://127.0.0.1:${port}` }
  await promisify(execFile)('npm', ['link'], { cwd: root, env })
  const { stdout } = await promisify(execFile)(join(prefix, 'bin/token-refresher'), ['--version'])
  expect({ requests, stdout }).toEqual({ requests: 0, stdout: `${manifest.version}\n` })
  // A name that is not in the clone would have been a question.
  await expect(promisify(execFile)('npm', ['link', 'not-in-this-clone'], { cwd: directory, env })).rejects.toThrow()
  expect(requests).toBeGreaterThan(0)
})

it.each(inJavaScript)('%s has nothing in its syntax that Node.js 14 cannot read', async (file) => {
  const code = readFileSync(join(root, 'cli', file), 'utf8')
  const [old, current] = await Promise.all(['node14', 'esnext'].map((target) => transform(code, { target })))
  expect(old?.code).toBe(current?.code)
})
