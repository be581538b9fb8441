#!/usr/bin/env node
// Starts the command. In a clone on the Node.js that the project brings, since older ones cannot read TypeScript; in a package,
// which holds JavaScript, on the one that runs this. This file itself runs on Node.js 14.18 and later, so it is plain CommonJS.

'use strict'

const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { constants } = require('node:os')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { keepCompiledCode } = require('./compile-cache.cjs')

const root = join(__dirname, '..')
// Only below this project: Node.js's own search would go on in folders above it, which may be another user's.
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

const source = join(__dirname, 'main.ts')
/** What `npm run build` makes. A package has nothing else. */
const built = join(root, 'dist/cli/main.js')

const [major, minor] = process.versions.node.split('.').map(Number)
/** The major version that the project is written for, from the first release that reads TypeScript without a warning. */
const isSuitable = major === 24 && minor >= 3

const fail = (reason) => {
  process.stderr.write(
    `token-refresher: ${reason}\nRun "npm ci" in ${root}, and let the package "node" run its install script.\n`,
  )
  process.exitCode = 1
}

/** Ctrl-C reaches both processes; this one stays until the other has cleaned up and ended. */
const handOver = () => {
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', ({ code }) => fail(`${node} cannot be started (${code}).`))
  child.on('exit', (status, signal) => {
    // As shells name the status of a process that a signal has ended.
    process.exitCode = status === null ? 128 + constants.signals[signal] : status
  })
}

/** Of Node.js, for what is built: `import.meta.dirname` came with it. */
const isRecent = major > 20 || (major === 20 && minor >= 11)

const start = (path) => {
  // Before the first file of TypeScript is read: the compiled code of that one is kept too.
  keepCompiledCode()
  import(pathToFileURL(path).href).catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    fail('the packages that the command needs are not installed.')
  })
}

if (!existsSync(source)) {
  if (isRecent) start(built)
  else {
    process.stderr.write(`token-refresher: Node.js 20.11 or later is needed: this is ${process.version}.\n`)
    process.exitCode = 1
  }
} else if (isSuitable) start(source)
else if (existsSync(node)) handOver()
else fail(`Node.js 24 is needed: this is ${process.version}, and the project's own is not installed.`)
