// The connection with the given name: its entry, or an error that lists the names that exist.

import { connectionNamePattern } from '../../lambda/contract.ts'
import { nearest } from '../../lib/settings/did-you-mean.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { describe, type Entry, list } from './secrets.ts'

export const checkName = (name: string): void => {
  if (connectionNamePattern.test(name)) return
  throw wrongUsage(`"${name}" cannot be a connection`, 'A name is up to 63 lower-case letters, digits and hyphens.')
}

/** @throws CommandError when there is none of this name */
export const findConnection = async (context: Context, name: string): Promise<Entry> => {
  checkName(name)
  const entry = await describe(context, 'grants', name)
  if (entry !== undefined) return entry
  const names: string[] = []
  for await (const { name: known } of list(context, ['grants'])) names.push(known)
  throw unknownConnection(context.prefix, name, names)
}

export const unknownConnection = (prefix: string, name: string, known: readonly string[]): CommandError => {
  const near = nearest(name, known)
  return new CommandError({
    code: 'ConnectionNotFound',
    message: `there is no connection ${name} under the prefix ${prefix}`,
    remedy:
      near === undefined
        ? `Make it with token-refresher bootstrap ${name}; token-refresher status shows all connections.`
        : `The nearest known name is ${near}; token-refresher status shows all.`,
  })
}
