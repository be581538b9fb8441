// `token-refresher token <connection>`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const tokenCommand = (run: Run) =>
  new Command('token')
    .description('print the access token and nothing else, for scripts')
    .argument('<connection>', 'its name')
    .option('--minimum-validity <minutes>', 'fail if the token expires in fewer minutes', minutes, 1)
    .addHelpText(
      'after',
      `
If the token expires too soon, the command fails and prints nothing.

Example:
  $ curl -H "Authorization: Bearer $(token-refresher token sales-mailbox)" https://graph.microsoft.com/v1.0/me`,
    )
    .action(async (connection, { minimumValidity }) =>
      run((await import('../actions/token.ts')).token(connection, minimumValidity)),
    )

const minutes = (text: string): number => {
  const value = Number(text)
  if (!(value >= 0 && text.trim() !== '')) throw new InvalidArgumentError('It must be a number of minutes.')
  return value
}
