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

export const remove =
  (name: string, { recoveryDays, ask }: Removal): Action =>
  async (context) => {
    checkName(name)
    // An earlier removal may have stopped halfway: the secrets that are left are enough to continue.
    const entries = await Promise.all(order.map((room) => describeRemoved(context, room, name)))
    const there = entries.filter((entry) => entry !== undefined && (recoveryDays === undefined || !entry.removed))
    const [grant] = entries
    if (there.length === 0) throw await unknownConnection(context, name, await connectionNames(context))
    const connection = grant && shownConnection(grant)
    const client = connection && (await leftClient(context, connection))
    if (ask) await confirm(context, { name, warning: warning(name, connection, { context, recoveryDays }) })
    const removed: string[] = []
    for (const { room } of there.filter((entry) => entry !== undefined)) {
      const secret = secretName(context.prefix, room, name)
      if (room === 'connections') await deleteCopies(context, secret)
      // A login holds a password, and no bootstrap needs it any more.
      if (await deleteSecret(context, secret, room === 'logins' ? undefined : recoveryDays)) removed.push(secret)
    }
    return {
      text: [
        recoveryDays === undefined
          ? `${name} is deleted.`
          : `${name} is removed, and can be brought back for ${recoveryDays} days:`,
        ...(recoveryDays === undefined ? [] : removed.filter(isRestorable).map((secret) => `  ${restoring(secret)}`)),
        ...(client === undefined
          ? []
          : [
              `No other connection uses the client ${client}; its secret ${secretName(context.prefix, 'clients', client)} is kept.`,
            ]),
      ].join('\n'),
      json: { connection: name, removed, recovery_days: recoveryDays ?? null, unused_client: client ?? null },
    }
  }

const isRestorable = (secret: string): boolean => !secret.includes('/logins/')
const restoring = (secret: string): string => `aws secretsmanager restore-secret --secret-id ${secret}`

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
  { terminal }: Context,
  { name, warning: text }: { readonly name: string; readonly warning: string },
): Promise<void> => {
  const typed = await terminal.ask({
    message: `${text}\n  Type ${name} to remove it`,
    topic: 'whether to remove it',
    instead: 'Add --yes to remove without being asked.',
  })
  if (typed !== name) throw new CommandError({ message: `nothing was removed: "${typed}" is not ${name}` })
}

/** @returns false when there was none */
const deleteSecret = async (context: Context, SecretId: string, recoveryDays: number | undefined): Promise<boolean> => {
  const client = await context.aws.secretsManager()
  const { DeleteSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  const how = recoveryDays === undefined ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: recoveryDays }
  // Not to be cut off by Ctrl-C half way: what is asked for and confirmed is finished.
  try {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId, ...how }))
    return DeletionDate !== undefined
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false
    throw error
  }
}

/** The client of the connection, when it is the last that uses it. Undefined for an operator who may not list secrets. */
const leftClient = async (context: Context, removed: ShownConnection): Promise<string | undefined> => {
  try {
    for await (const entry of list(context, ['grants'])) {
      if (entry.name !== removed.name && shownConnection(entry).client === removed.client) return undefined
    }
    return removed.client
  } catch (error) {
    context.interrupted.throwIfAborted()
    if (isDenied(error)) return undefined
    throw error
  }
}
