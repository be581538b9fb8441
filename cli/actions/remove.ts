// `remove`: the three secrets of a connection. The grant first: without it no run of the refresher publishes again what is removed next.

import { type Room, secretName } from '../../lambda/contract.ts'
import { checkName, connectionNames, unknownConnection } from '../aws/connection.ts'
import { deleteCopies } from '../aws/copies.ts'
import { isDenied } from '../aws/explain.ts'
import { describeRemoved, list } from '../aws/secrets.ts'
import type { Action, Context } from '../context.ts'
import { CommandError } from '../exit.ts'
import { type ShownConnection, shownConnection } from '../status/connection.ts'

export interface Removal {
  /** Undefined: at once and for good. */
  readonly recoveryDays: number | undefined
  readonly ask: boolean
}

const order: readonly Room[] = ['grants', 'connections', 'logins']

/** The secrets of a connection that will be removed. */
interface Found {
  readonly name: string
  /** The rooms that still hold a secret of it. */
  readonly rooms: readonly Room[]
  /** Undefined: an earlier removal has stopped halfway. */
  readonly connection: ShownConnection | undefined
}

export const remove =
  (typed: readonly string[], { recoveryDays, ask }: Removal): Action =>
  async (context) => {
    const names = [...new Set(typed)]
    for (const name of names) checkName(name)
    const all: Found[] = []
    for (const name of names) all.push(await find(context, name, recoveryDays))
    const clients = await unusedClients(context, all)
    // Asks for every name before it removes the first connection.
    if (ask) for (const found of all) await confirm(context, { found, recoveryDays })
    const removed = []
    for (const { name, rooms, connection } of all) {
      const secrets = await deleteAll(context, { name, rooms, recoveryDays })
      const client = clients.find((one) => one === connection?.client)
      removed.push({ connection: name, secrets, recovery_days: recoveryDays ?? null, unused_client: client ?? null })
    }
    return { text: textOf(context, { names, clients, recoveryDays }), json: { removed } }
  }

/** @throws CommandError when there is no connection of this name */
const find = async (context: Context, name: string, recoveryDays: number | undefined): Promise<Found> => {
  // If an earlier removal stopped halfway, the command continues with the secrets that are left.
  const entries = await Promise.all(order.map((room) => describeRemoved(context, room, name)))
  const there = entries.filter((entry) => entry !== undefined && (recoveryDays === undefined || !entry.removed))
  if (there.length === 0) throw await unknownConnection(context, name, await connectionNames(context))
  const [grant] = entries
  const rooms = there.flatMap((entry) => (entry === undefined ? [] : [entry.room]))
  return { name, rooms, connection: grant && shownConnection(grant) }
}

interface Deletion extends Pick<Found, 'name' | 'rooms'>, Pick<Removal, 'recoveryDays'> {}

/** @returns names of the deleted secrets */
const deleteAll = async (context: Context, { name, rooms, recoveryDays }: Deletion): Promise<readonly string[]> => {
  const secrets: string[] = []
  for (const room of rooms) {
    const secret = secretName(context.prefix, room, name)
    if (room === 'connections') await deleteCopies(context, secret)
    // A login holds a password, and no bootstrap needs it any more.
    if (await deleteSecret(context, secret, room === 'logins' ? undefined : recoveryDays)) secrets.push(secret)
  }
  return secrets
}

interface Told extends Pick<Removal, 'recoveryDays'> {
  readonly names: readonly string[]
  readonly clients: readonly string[]
}

const textOf = ({ prefix }: Context, { names, clients, recoveryDays }: Told): string => {
  const all = names.join(', ')
  const are = names.length === 1 ? 'is' : 'are'
  return [
    recoveryDays === undefined
      ? `${all} ${are} deleted.`
      : `${all} ${are} removed, and can be brought back for ${recoveryDays} days with:\n  token-refresher restore ${names.join(' ')}`,
    ...clients.map(
      (client) =>
        `No other connection uses the client ${client}; its secret ${secretName(prefix, 'clients', client)} is kept.`,
    ),
  ].join('\n')
}

const warning = (
  name: string,
  connection: ShownConnection | undefined,
  { context, recoveryDays }: { readonly context: Context; readonly recoveryDays: number | undefined },
): string => {
  const secret = secretName(context.prefix, 'connections', name)
  const state = connection === undefined ? 'removed in part' : connection.status
  const lost =
    recoveryDays === undefined
      ? 'Its refresh token is lost for good: to use the connection again, its owner has to sign in again.'
      : `Its refresh token is kept for ${recoveryDays} days, unused.`
  return [`${name} is ${state}.`, `Apps that read ${secret} will fail at once.`, lost].join('\n  ')
}

/** The warning is part of the question, so that the operator reads it before the answer. */
const confirm = async (
  context: Context,
  { found: { name, connection }, recoveryDays }: { readonly found: Found; readonly recoveryDays: number | undefined },
): Promise<void> => {
  const typed = await context.terminal.ask({
    message: `${warning(name, connection, { context, recoveryDays })}\n  Type ${name} to remove it`,
    topic: `whether to remove ${name}`,
    instead: 'Add --yes to remove without being asked.',
  })
  if (typed !== name) throw new CommandError({ message: `nothing was removed: "${typed}" is not ${name}` })
}

/** @returns false when there was none */
const deleteSecret = async (context: Context, SecretId: string, recoveryDays: number | undefined): Promise<boolean> => {
  const client = await context.aws.secretsManager()
  const { DeleteSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  const how = recoveryDays === undefined ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: recoveryDays }
  // Ctrl-C does not stop this halfway: the person has confirmed it.
  try {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId, ...how }))
    return DeletionDate !== undefined
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false
    throw error
  }
}

/** Clients that no connection uses afterwards. None for an operator who may not list secrets. */
const unusedClients = async (context: Context, removed: readonly Found[]): Promise<readonly string[]> => {
  const names = new Set(removed.map(({ name }) => name))
  const clients = new Set(removed.flatMap(({ connection }) => connection?.client ?? []))
  try {
    for await (const entry of list(context, ['grants'])) {
      if (!names.has(entry.name)) clients.delete(shownConnection(entry).client ?? '')
    }
    return [...clients]
  } catch (error) {
    context.interrupted.throwIfAborted()
    if (isDenied(error)) return []
    throw error
  }
}
