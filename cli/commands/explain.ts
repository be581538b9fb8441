// `token-refresher explain <code>`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const explainCommand = (run: Run) =>
  new Command('explain')
    .description('say what a failure code means and what to do, offline')
    .argument('<code>', 'such as AADSTS50126, 50126, invalid_grant, ECONNREFUSED, or a class such as policy')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher explain AADSTS50126`,
    )
    .action(async (code) => run((await import('../actions/explain-code.ts')).explainFailure(code)))
