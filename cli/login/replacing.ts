// What already exists under the name of a connection, before a bootstrap replaces it.

import { secretName } from '../../lambda/contract.ts'
import { isDerivedVersion } from '../../lambda/core/secrets/version-id.ts'
import { readStatus } from '../../lambda/core/tags/status.ts'
import { describe, type Entry, list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { shownConnection } from '../status/connection.ts'
import { deletion, isLoginOf, resumption } from './hand-over.ts'

export interface Replacing {
  readonly connection: string
  /** Replace a healthy connection without asking. */
  readonly yes: boolean
}

/** @returns the client that a tag of the connection names: only a suggestion, because each person who may tag the secret can write it */
export const beforeReplacing = async (
  context: Context,
  { connection, yes }: Replacing,
): Promise<string | undefined> => {
  const entry = await describe(context, 'grants', connection)
  if (entry === undefined) return undefined
  const { status, client, account } = shownConnection(entry)
  const whose = account === undefined ? '' : `, as ${account}`
  // A new connection that was not refreshed yet may be healthy too.
  if (readStatus(entry.tags, entry.currentVersionId).status === 'healthy' && !yes) {
    const message = `${connection} is healthy${whose}. Replace it by a new sign-in?`
    if (!(await context.terminal.confirm({ message, instead: 'Add --yes to replace it.', default: false })))
      throw new CommandError({ message: `nothing was changed: ${connection} stays as it is` })
  } else {
    const pause = status === 'paused' ? ' and ends the pause' : ''
    context.terminal.note(`${connection} is ${status}${whose}; this bootstrap takes its place${pause}.`)
  }
  return client
}

/** @returns the known clients. Prints a note about each leftover login, because it holds a password or a refresh token */
export const knownClients = async (context: Context, connection: string): Promise<readonly Entry[]> => {
  const clients: Entry[] = []
  for await (const entry of list(context, ['clients', 'logins'])) {
    if (entry.room === 'clients') clients.push(entry)
    else if (isLoginOf(connection, entry.name)) context.terminal.note(leftOver(context, connection, entry))
  }
  return clients
}

const leftOver = ({ prefix }: Context, connection: string, { name, currentVersionId }: Entry): string => {
  const secret = secretName(prefix, 'logins', name)
  // The function has replaced the credentials of this login by a refresh token.
  if (isDerivedVersion(currentVersionId)) {
    return (
      `An earlier sign-in of ${connection} is kept in ${secret}. To continue with it in place of a new sign-in:\n` +
      `  ${resumption(connection, secret)}`
    )
  }
  return (
    `Another login of ${connection} is stored in ${secret}. Unless another operator is using it now, delete it with:\n` +
    `  ${deletion(secret)}`
  )
}
