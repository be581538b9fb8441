#!/usr/bin/env node
// The operator's command: reads what was typed, runs it, and ends with a status that a script can act on.

import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2))
