// The connection with the given name: its entry, or an error that lists the names that exist.

import { connectionNamePattern } from '../../lambda/contract.ts'
import { nearest } from '../../lib/settings/did-you-mean.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { checkDeployed, placeOf } from './place.ts'
import { describeRemoved, type Entry, list } from './secrets.ts'

export const checkName = (name: string): void => {
  if (connectionNamePattern.test(name)) return
  throw wrongUsage(`"${name}" cannot be a connection`, 'A name is up to 63 lower-case letters, digits and hyphens.')
}

/** @throws CommandError when there is no connection of this name */
export const findConnection = async (context: Context, name: string): Promise<Entry> => {
  checkName(name)
  const entry = await describeRemoved(context, 'grants', name)
  if (entry?.removed) throw isRemoved(name)
  if (entry !== undefined) return entry
  throw await unknownConnection(context, name, await connectionNames(context))
}

const isRemoved = (name: string): CommandError =>
  new CommandError({
    code: 'ConnectionRemoved',
    message: `${name} is removed`,
    remedy: `Bring it back with token-refresher restore ${name}, or make it anew with token-refresher bootstrap ${name}.`,
  })

export const connectionNames = async (context: Context): Promise<readonly string[]> => {
  const names: string[] = []
  for await (const { name } of list(context, ['grants'])) names.push(name)
  return names
}

/** If there are no connections at all, the deployment may be in another Region or account. */
export const unknownConnection = async (
  context: Context,
  name: string,
  known: readonly string[],
): Promise<CommandError> => {
  if (known.length === 0) await checkDeployed(context)
  const near = nearest(name, known)
  return new CommandError({
    code: 'ConnectionNotFound',
    message: `there is no connection ${name} ${await placeOf(context)}`,
    remedy:
      near === undefined
        ? `Make it with token-refresher bootstrap ${name}; token-refresher status shows all connections.`
        : `The nearest known name is ${near}; token-refresher status shows all.`,
  })
}
