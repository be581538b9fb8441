// The operator's command: reads what was typed, runs it, and ends with a status that a script can act on.

import { run } from './run.ts'

// The reader of the output may have ended (`| head`, a closed terminal). The command still cleans up.
const gone: readonly (string | undefined)[] = ['EPIPE', 'EIO']
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!gone.includes(error.code)) throw error
  })
}

process.exitCode = await run(process.argv.slice(2))
