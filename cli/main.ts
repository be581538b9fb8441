#!/usr/bin/env node
// The operator's command: reads what was typed, runs it, and ends with a status that a script can act on.

import { enableCompileCache } from 'node:module'

// Half of the time until the first line goes into reading and compiling the same files each time.
enableCompileCache()
const { run } = await import('./run.ts')

// Whoever reads may have had enough, as `| head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2))
