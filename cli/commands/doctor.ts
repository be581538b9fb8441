// `token-refresher doctor`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const doctorCommand = (run: Run) =>
  new Command('doctor')
    .description('check everything between this machine and the next refresh, and say what to do')
    .addHelpText(
      'after',
      `
Exit status 3: a check failed and a person has to act. 1: a check was not possible.

Example:
  $ token-refresher doctor`,
    )
    .action(async () => run((await import('../actions/doctor.ts')).doctor))
