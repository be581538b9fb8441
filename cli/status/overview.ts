// The table of all connections: those that need a person first, each with its remedy.

import { type RemedyNames, remedyFor } from '../../lambda/core/failures/failure-table.ts'
import { heightOf } from '../terminal/fit.ts'
import { fittingTable } from '../terminal/fitting-table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { lengthInWords } from '../terminal/times.ts'
import { reasonWords, type ShownClient, type ShownConnection } from './connection.ts'
import { columns } from './row.ts'

export interface Overview {
  /** In the order in which they are shown. */
  readonly connections: readonly ShownConnection[]
  /** Those that need a person. */
  readonly clients: readonly ShownClient[]
  /** Also explain failures that the refresher retries by itself. @default false */
  readonly explainAll?: boolean
}

export interface Look extends Pick<Terminal, 'colors' | 'columns' | 'rows'> {
  readonly now: number
}

export const overviewText = (overview: Overview, look: Look): string => {
  const { connections, clients } = overview
  const below = [needs(overview, look), summary(connections, clients)].filter((part) => part !== '').join('\n\n')
  const { rows = Number.POSITIVE_INFINITY, columns } = look
  // The table is followed by a blank line, and may end with two notes of its own.
  const most = Math.max(1, rows - heightOf(below, columns) - 4)
  return `${drawn(connections, { look, most })}\n\n${below}`
}

interface Drawing {
  readonly look: Look
  /** Number of lines that fit. */
  readonly most: number
}

const drawn = (all: readonly ShownConnection[], { look, most }: Drawing): string => {
  const { now, colors, columns: room } = look
  const connections = all.slice(0, most)
  const shown = columns.map(({ head, cell }) => ({ head, cells: connections.map((one) => cell(one, { now, colors })) }))
  const more = all.length - connections.length
  const lines = fittingTable(shown, room, colors)
  return more === 0 ? lines : `${lines}\n${colors.dim(`and ${more} more`)}`
}

/** Explains each reason once, for all connections that have it. */
const needs = ({ connections, clients, explainAll }: Overview, { now, colors }: Look): string => {
  const groups = new Map<string, { who: string[]; remedy: string; names: RemedyNames; since: Date }>()
  const add = (who: string, { reason }: Pick<ShownConnection, 'reason'>, names: RemedyNames) => {
    if (reason === undefined) return
    const key = reasonWords(reason)
    const group = groups.get(key) ?? { who: [], remedy: reason.remedy, names, since: reason.since }
    group.who.push(who)
    if (reason.since < group.since) group.since = reason.since
    groups.set(key, group)
  }
  for (const client of clients) add(`client ${client.name}`, client, { client: client.name })
  const explained = new Set(clients.map(({ name }) => name))
  for (const one of connections) {
    const inNeed = one.status === 'action-required' || explainAll === true
    // If the client is at fault, its own entry has the remedy for all its connections.
    const byClient = one.reason?.ofClient === true && explained.has(one.client ?? '')
    if (inNeed && !byClient) add(one.name, one, { connection: one.name, client: one.client })
  }
  return [...groups]
    .map(([key, { who, remedy, names, since }]) => {
      const title = `${colors.red(colors.bold(key))} for ${lengthInWords(now - since.getTime())}: ${named(who)}`
      // For several connections, the command to type has a placeholder.
      return `${title}\n  ${remedyFor({ remedy }, who.length === 1 ? names : {})}`
    })
    .join('\n')
}

const mostNames = 5

const named = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`

const summary = (connections: readonly ShownConnection[], clients: readonly ShownClient[]): string => {
  const count = (status: ShownConnection['status']) => connections.filter((one) => one.status === status).length
  const parts = (['healthy', 'retrying', 'action-required', 'paused', 'unknown'] as const)
    .map((status) => [status, count(status)] as const)
    .filter(([, number]) => number > 0)
    .map(([status, number]) => `${number} ${status}`)
  const atFault =
    clients.length === 0 ? [] : [`${clients.length} ${clients.length === 1 ? 'client' : 'clients'} at fault`]
  const word = connections.length === 1 ? 'connection' : 'connections'
  return `${connections.length} ${word}: ${[...parts, ...atFault].join(', ')}`
}
