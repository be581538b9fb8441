// `client list` and `client show`: from the tags of client secrets and of the connections that use them.

import { remedyFor } from '../../lambda/core/failures/failure-table.ts'
import { clientName, isHashedName } from '../../lambda/core/secrets/client.ts'
import { nearest } from '../../lib/settings/did-you-mean.ts'
import { checkDeployed, emptyPlace, placeOf } from '../aws/place.ts'
import { list } from '../aws/secrets.ts'
import type { Action, Context } from '../context.ts'
import { CommandError, type ExitStatus, exitStatus, wrongUsage } from '../exit.ts'
import { clientAsJson } from '../status/as-json.ts'
import {
  reasonWords,
  type ShownClient,
  type ShownConnection,
  shownClient,
  shownConnection,
} from '../status/connection.ts'
import { clientFields, fields } from '../status/details.ts'
import { byUrgency } from '../status/order.ts'
import { isOverdue } from '../status/renewal.ts'
import { statusWord } from '../status/row.ts'
import { fittingTable } from '../terminal/fitting-table.ts'
import { fromNow } from '../terminal/times.ts'

/** A client, and the connections that use it. */
export interface UsedClient extends ShownClient {
  readonly connections: readonly ShownConnection[]
}

export const listClients: Action = async (context) => {
  const { terminal, now } = context
  const { colors } = terminal
  const clients = (await readClients(context)).toSorted((a, b) => firstExpiry(a) - firstExpiry(b))
  const where = clients.length === 0 ? await emptyPlace(context) : undefined
  const column = (head: string, cell: (client: UsedClient) => string) => ({ head, cells: clients.map(cell) })
  const expiry = (expires: Date | undefined) => (expires === undefined ? 'not known' : fromNow(expires, now()))
  const columns = [
    column('CLIENT', ({ name }) => name),
    column('STATUS', ({ status }) => statusWord(status, colors)),
    column('REASON', ({ reason }) => (reason === undefined ? '' : `${reason.class} ${reason.code}`)),
    column('CLIENT SECRETS EXPIRE', ({ secretExpiries }) => secretExpiries.map(expiry).join(', ')),
    column('RENEWAL', (client) => renewalCell(client, context)),
    column('CONNECTIONS', ({ connections }) => String(connections.length)),
  ]
  return {
    text:
      where === undefined
        ? [fittingTable(columns, terminal.columns, colors), ...notRenewed(clients, context)].join('\n\n')
        : `No clients ${where}.`,
    json: { clients: clients.map(asJson) },
    exitStatus: exitStatusOf(clients),
  }
}

const exitStatusOf = (clients: readonly UsedClient[]): ExitStatus =>
  clients.some(({ status, renewal }) => status === 'action-required' || renewal?.failure !== undefined)
    ? exitStatus.actionRequired
    : exitStatus.done

/** When the client secret renews itself next; empty: it does not. */
const renewalCell = ({ renewal }: UsedClient, { terminal, now }: Context): string => {
  if (renewal === undefined) return ''
  if (renewal.failure !== undefined) return terminal.colors.red('failed')
  if (renewal.tryingSince !== undefined) return 'being tried'
  if (isOverdue(renewal, now())) return terminal.colors.red('overdue')
  return renewal.due.getTime() <= now() ? 'next run' : fromNow(renewal.due, now())
}

/** The table has no room for the remedies. */
const notRenewed = (clients: readonly UsedClient[], { terminal }: Context): readonly string[] => {
  const { bold, red } = terminal.colors
  return clients.flatMap(({ name, renewal }) => {
    const failure = renewal?.failure
    if (failure === undefined) return []
    return [
      `${red(bold(reasonWords(failure)))}: the client secret of ${name} was not renewed\n  ${remedyFor(failure, { client: name })}`,
    ]
  })
}

export const showClient =
  (clientId: string): Action =>
  async (context) => {
    const { terminal, now } = context
    const client = await findClient(context, clientId)
    const names = client.connections.map(({ name, status }) => `${name} (${status})`).join(', ')
    const look = { ...terminal, now: now() }
    const connections = `${terminal.colors.dim('Connections')}  ${names === '' ? 'none' : names}`
    return {
      text: `${fields(clientFields(client, look), look)}\n\n${connections}`,
      json: asJson(client),
      exitStatus: exitStatusOf([client]),
    }
  }

/** @throws CommandError when there is no client with this id */
export const findClient = async (context: Context, clientId: string): Promise<UsedClient> => {
  const clients = await readClients(context)
  const found = clients.find(({ name }) => name === clientName(clientId) || name === clientId)
  if (found !== undefined) return found
  if (clients.length === 0) await checkDeployed(context)
  const near = nearest(
    clientId,
    clients.map(({ name }) => name),
  )
  throw new CommandError({
    code: 'ClientNotFound',
    message: `there is no client ${clientId} ${await placeOf(context)}`,
    remedy:
      near === undefined
        ? 'A client is stored by the first bootstrap that uses it. Show all with: token-refresher client list'
        : `The nearest known one is ${near}; token-refresher client list shows all.`,
  })
}

/** @throws CommandError also for the name of a client's record, which is no client id */
export const findClientById = async (context: Context, clientId: string): Promise<UsedClient> => {
  const client = await findClient(context, clientId)
  if (!isHashedName(clientId) || client.name !== clientId) return client
  throw wrongUsage(`${clientId} is the name of the client's record`, 'Give the client id itself.')
}

export const readClients = (context: Context): Promise<readonly UsedClient[]> =>
  context.terminal.during('Reading the clients', async () => {
    const clients: ShownClient[] = []
    const connections: ShownConnection[] = []
    for await (const entry of list(context, ['grants', 'clients'])) {
      if (entry.room === 'clients') clients.push(shownClient(entry))
      else connections.push(shownConnection(entry))
    }
    connections.sort(byUrgency)
    return clients.map((client) => ({
      ...client,
      connections: connections.filter((one) => one.client === client.name),
    }))
  })

const firstExpiry = ({ secretExpiries }: ShownClient): number =>
  Math.min(Number.POSITIVE_INFINITY, ...secretExpiries.map((expires) => expires?.getTime() ?? Number.POSITIVE_INFINITY))

const asJson = (client: UsedClient) => ({
  ...clientAsJson(client),
  connections: client.connections.map(({ name, status }) => ({ connection: name, status })),
})
