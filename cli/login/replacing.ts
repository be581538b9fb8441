// What is there already under the name of a connection, before a bootstrap takes its place.

import { secretName } from '../../lambda/contract.ts'
import { readStatus } from '../../lambda/core/status.ts'
import { isDerivedVersion } from '../../lambda/core/version-id.ts'
import { describe, type Entry, list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { shownConnection } from '../status/connection.ts'
import { type Draft, defined } from './draft.ts'
import { deletion, isLoginOf, resumption } from './hand-over.ts'

export interface Replacing {
  readonly connection: string
  readonly draft: Draft
  /** Replace a healthy connection without asking. */
  readonly yes: boolean
}

/** @returns the draft, with the client that the connection has where it names none */
export const beforeReplacing = async (context: Context, { connection, draft, yes }: Replacing): Promise<Draft> => {
  const entry = await describe(context, 'grants', connection)
  if (entry === undefined) return draft
  const { status, client } = shownConnection(entry)
  // A connection that was never refreshed since may be healthy too.
  if (readStatus(entry.tags, entry.currentVersionId).status === 'healthy' && !yes) {
    const message = `${connection} is healthy. Replace it by a new sign-in?`
    if (!(await context.terminal.confirm({ message, instead: 'Add --yes to replace it.', default: false })))
      throw new CommandError({ message: `nothing was changed: ${connection} stays as it is` })
  } else {
    const pause = status === 'paused' ? ' and ends the pause' : ''
    context.terminal.note(`${connection} is ${status}; this bootstrap takes its place${pause}.`)
  }
  // A name that is a hash is no client id, and whoever names an endpoint means to go elsewhere.
  const same = client?.startsWith('sha256-') || draft.tenant || draft.cloud || draft.token_endpoint ? undefined : client
  return { ...defined({ client_id: same }), ...draft }
}

/** @returns the clients that are known; a login that is left over is noted, for it holds a password or a refresh token */
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
  // The function has put a refresh token in the place of what was handed over.
  if (isDerivedVersion(currentVersionId)) {
    return (
      `An earlier sign-in of ${connection} is kept in ${secret}. To go on with it in place of a new sign-in:\n` +
      `  ${resumption(connection, secret)}`
    )
  }
  return (
    `Another login of ${connection} lies in ${secret}. Unless somebody is using it now, delete it with:\n` +
    `  ${deletion(secret)}`
  )
}
