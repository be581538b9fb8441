// `token-refresher doctor`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const doctorCommand = (run: Run) =>
  new Command('doctor')
    .description('check everything between here and the next refresh, with what to do')
    .addHelpText(
      'after',
      `
Exit status 3: something needs a person; 1: something could not be looked at.

Example:
  $ token-refresher doctor`,
    )
    .action(async () => run((await import('../actions/doctor.ts')).doctor))
