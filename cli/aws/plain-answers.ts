// Removes control characters from names, tags, descriptions and log lines before another part of the command reads them.

import type { Client } from '@smithy/core/client'
import { makePlain } from '../terminal/printable.ts'

export interface Answer {
  $metadata: object
}

type Stack<Input extends object, Output extends Answer> = Client<
  unknown,
  Input,
  Output,
  { requestHandler: never; apiVersion: string }
>['middlewareStack']

/** A client of any service. */
export interface WithStack<Input extends object, Output extends Answer> {
  readonly middlewareStack: Stack<Input, Output>
}

/** The value of a secret is not changed. Only the command `token` prints one. */
const isSecret = (output: object): boolean => 'SecretString' in output

/** @returns the same client */
export const withPlainAnswers = <Input extends object, Output extends Answer, C>(
  client: C & WithStack<Input, Output>,
): C => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if (!isSecret(result.output)) makePlain(result.output)
      return result
    },
    { step: 'initialize', name: 'plainAnswers' },
  )
  return client
}
