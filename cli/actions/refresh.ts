// `refresh`: starts the refresh function for the named connections, due or not, and shows their status afterwards.

import type { ConnectionSettings } from '../../lambda/contract.ts'
import { findConnection } from '../aws/connection.ts'
import { emptyPlace } from '../aws/place.ts'
import { describe, list } from '../aws/secrets.ts'
import type { Action, Context, Shown } from '../context.ts'
import { CommandError, type ExitStatus, exitStatus, wrongUsage } from '../exit.ts'
import { clientAsJson, connectionAsJson } from '../status/as-json.ts'
import { type ShownClient, type ShownConnection, shownClient, shownConnection } from '../status/connection.ts'
import { type Counts, countsOf, countsText, heldText, withOutcome } from '../status/outcomes.ts'
import { overviewText } from '../status/overview.ts'
import { passingClasses, refreshRounds } from './refresh-rounds.ts'

export interface RefreshOptions {
  /** All that are not paused. */
  readonly all: boolean
  /** How long to repeat failures that may pass. @default not at all */
  readonly waitMinutes?: number | undefined
}

export const refresh =
  (names: readonly string[], { all, waitMinutes }: RefreshOptions): Action =>
  async (context) => {
    if (all === names.length > 0) throw wrongUsage('which connections?', 'Give their names, or --all.')
    // Checked before the function is started, so a mistyped name refreshes nothing.
    for (const name of names) await findConnection(context, name)
    return refreshNow(context, all ? await allNames(context) : names, { waitMinutes })
  }

/** `--all` leaves paused connections out: a person has to name them. */
const allNames = async (context: Context): Promise<readonly string[]> => {
  const connections: ShownConnection[] = []
  for await (const entry of list(context, ['grants'])) connections.push(shownConnection(entry))
  if (connections.length === 0) throw new CommandError({ message: `no connections ${await emptyPlace(context)}` })
  const paused = connections.filter(({ status }) => status === 'paused')
  if (paused.length > 0) {
    context.terminal.note(`Left out, because paused: ${paused.map(({ name }) => name).join(', ')}`)
  }
  return connections.filter(({ status }) => status !== 'paused').map(({ name }) => name)
}

export interface RefreshNow {
  readonly waitMinutes?: number | undefined
  readonly set?: ConnectionSettings | undefined
}

/** @param names of connections that exist */
export const refreshNow = async (
  context: Context,
  names: readonly string[],
  options: RefreshNow = {},
): Promise<Shown> => {
  const { terminal, now } = context
  const outcomes = await refreshRounds(context, { ...options, names: [...new Set(names)] })
  const after: ShownConnection[] = []
  for (const outcome of outcomes) {
    const entry = await describe(context, 'grants', outcome.connection)
    if (entry !== undefined) after.push(withOutcome(shownConnection(entry), outcome, now()))
  }
  const clients = await clientsAtFault(context, after)
  const overview = { connections: after, clients, explainAll: true }
  const parts = [countsText(outcomes), overviewText(overview, { ...terminal, now: now() }), heldText(outcomes, now())]
  const counts = countsOf(outcomes)
  return {
    text: parts.filter((part) => part !== '').join('\n\n'),
    json: {
      ...counts,
      outcomes,
      connections: after.map(connectionAsJson),
      clients_in_need: clients.map(clientAsJson),
    },
    exitStatus: exitStatusOf(after, counts),
  }
}

const exitStatusOf = (after: readonly ShownConnection[], { failed, left, held }: Counts): ExitStatus => {
  if (after.some((one) => one.status === 'action-required' || isRefusedHere(one))) return exitStatus.actionRequired
  return Object.keys(failed).length > 0 || left > 0 || held > 0 ? exitStatus.failed : exitStatus.done
}

/** A refusal by this deployment itself is not in the tags, and a repetition would not help. */
const isRefusedHere = ({ status, reason }: ShownConnection): boolean =>
  status === 'healthy' && reason !== undefined && !passingClasses.includes(reason.class)

/** The remedy of a client is for all its connections. */
const clientsAtFault = async (
  context: Context,
  connections: readonly ShownConnection[],
): Promise<readonly ShownClient[]> => {
  const names = new Set(connections.filter(({ reason }) => reason?.ofClient).map(({ client }) => client))
  const clients: ShownClient[] = []
  for (const name of names) {
    const entry = name === undefined ? undefined : await describe(context, 'clients', name)
    if (entry !== undefined) clients.push(shownClient(entry))
  }
  return clients
}
