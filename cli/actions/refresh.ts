// `refresh`: the refresh function for the named connections, due or not, and how they are afterwards.

import { findConnection } from '../aws/connection.ts'
import { invokeRefresh } from '../aws/invoke.ts'
import { describe } from '../aws/secrets.ts'
import type { Action, Context, Shown } from '../context.ts'
import { exitStatus } from '../exit.ts'
import { clientAsJson, connectionAsJson } from '../status/as-json.ts'
import { type ShownClient, type ShownConnection, shownClient, shownConnection } from '../status/connection.ts'
import { overviewText } from '../status/overview.ts'

export const refresh =
  (names: readonly string[]): Action =>
  async (context) => {
    // Mistyped names cost nothing.
    for (const name of names) await findConnection(context, name)
    return refreshNow(context, names)
  }

/** @param names of connections that exist */
export const refreshNow = async (context: Context, names: readonly string[]): Promise<Shown> => {
  const { terminal, now } = context
  const connections = [...new Set(names)]
  const many = connections.length === 1 ? connections[0] : `${connections.length} connections`
  const answer = await terminal.during(`Refreshing ${many}`, () => invokeRefresh(context, { connections, force: true }))
  const after: ShownConnection[] = []
  for (const name of connections) after.push(shownConnection(await findConnection(context, name)))
  const failed = Object.values(answer.failed).reduce<number>((sum, count = 0) => sum + count, 0)
  const overview = { connections: after, clients: await clientsAtFault(context, after), explainAll: true }
  const counts = [
    `${answer.refreshed} refreshed`,
    failed > 0 ? `${failed} failed` : '',
    answer.left > 0 ? `${answer.left} not tried, for their client or its token endpoint has failed another one` : '',
  ]
  return {
    text: `${counts.filter(Boolean).join(', ')}\n\n${overviewText(overview, { ...terminal, now: now() })}`,
    json: { ...answer, connections: after.map(connectionAsJson), clients_in_need: overview.clients.map(clientAsJson) },
    exitStatus: after.some((one) => one.status === 'action-required')
      ? exitStatus.actionRequired
      : failed > 0 || answer.left > 0
        ? exitStatus.failed
        : exitStatus.done,
  }
}

/** They say what to do for all their connections. */
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
