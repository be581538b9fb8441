// `status`: the state of all connections, from the tags of their secrets: one call for each hundred.

import { tags } from '../../lambda/contract.ts'
import { emptyPlace } from '../aws/place.ts'
import { list } from '../aws/secrets.ts'
import type { Action, Context, Shown } from '../context.ts'
import { exitStatus } from '../exit.ts'
import { clientAsJson, connectionAsJson } from '../status/as-json.ts'
import { type ShownClient, type ShownConnection, shownClient, shownConnection } from '../status/connection.ts'
import { byUrgency } from '../status/order.ts'
import type { Overview } from '../status/overview.ts'

export const status: Action = async (context) => {
  const overview = await context.terminal.during('Reading the status of all connections', () => look(context))
  const where = overview.connections.length === 0 ? await emptyPlace(context) : undefined
  return shown(overview, context, where)
}

export const look = async (context: Context): Promise<Overview> => {
  const connections: ShownConnection[] = []
  const clients: ShownClient[] = []
  for await (const entry of list(context, ['grants', 'clients'])) {
    if (entry.room === 'grants') connections.push(shownConnection(entry))
    else if (entry.tags[tags.failed] !== undefined) clients.push(shownClient(entry))
  }
  return {
    connections: connections.sort(byUrgency),
    clients: clients.filter((client) => client.status === 'action-required'),
  }
}

/** @param where there are no connections; undefined where there are some */
const shown = async (overview: Overview, context: Context, where: string | undefined): Promise<Shown> => {
  const { connections, clients } = overview
  const inNeed = clients.length > 0 || connections.some((one) => one.status === 'action-required')
  return {
    text:
      where === undefined
        ? await textOf(overview, context)
        : `No connections ${where}. Make the first one with: token-refresher bootstrap <connection>`,
    json: { connections: connections.map(connectionAsJson), clients_in_need: clients.map(clientAsJson) },
    exitStatus: inNeed ? exitStatus.actionRequired : exitStatus.done,
  }
}

/** What draws a table measures text, which takes long to load. */
const textOf = async (overview: Overview, { json, terminal, now }: Context): Promise<string> => {
  if (json) return ''
  const { overviewText } = await import('../status/overview.ts')
  return overviewText(overview, { ...terminal, now: now() })
}
