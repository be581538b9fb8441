// Everything about one connection, as text: fields, its client, and the newest of its versions.

import type { LinkAnswer } from '../../lambda/contract.ts'
import { type RemedyNames, remedyFor } from '../../lambda/core/failures/failure-table.ts'
import type { Version } from '../aws/versions.ts'
import { fittingTable } from '../terminal/fitting-table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fromNow } from '../terminal/times.ts'
import { type Reason, reasonWords, type ShownClient, type ShownConnection } from './connection.ts'
import { isOverdue, renewsInTime, type ShownRenewal } from './renewal.ts'
import { statusWord } from './row.ts'

export interface Details {
  readonly connection: ShownConnection
  readonly client: ShownClient | undefined
  /** Name of the published secret. */
  readonly secret: string
  /** The link by which the owner of the account signs in. Undefined: no link can be used now. */
  readonly link: LinkAnswer | undefined
  readonly versions: { readonly grant: readonly Version[]; readonly published: readonly Version[] }
}

export interface Look extends Pick<Terminal, 'colors' | 'columns'> {
  readonly now: number
}

/** Name and value; a field without a value is not shown. */
type Field = readonly [name: string, value: string | undefined]

export const detailsText = ({ connection, client, secret, link, versions }: Details, look: Look): string =>
  [
    fields(connectionFields(connection, secret, look), look),
    ...(link === undefined ? [] : [linkText(link, connection, look)]),
    ...(client === undefined ? [] : [fields(clientFields(client, look), look)]),
    history(versions, look),
  ].join('\n\n')

export const fields = (all: readonly Field[], { colors }: Pick<Look, 'colors'>): string => {
  const shown = all.filter((field): field is readonly [string, string] => field[1] !== undefined)
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${value}`).join('\n')
}

/** The link has a line of its own, so that no column cuts it. */
const linkText = ({ link, link_expires_at }: LinkAnswer, { account }: ShownConnection, look: Look): string =>
  `${look.colors.dim('Sign in')}  forward this link to ${account ?? 'the owner of the account'}; it ${when(new Date(link_expires_at), look, 'expires')}:\n${link}`

const connectionFields = (one: ShownConnection, secret: string, look: Look): readonly Field[] => [
  ['Connection', look.colors.bold(one.name)],
  ['Status', statusWord(one.status, look.colors)],
  ...reasonFields(one.reason, { look, names: { connection: one.name, client: one.client } }),
  ['Account', one.account],
  ['Mode', one.mode],
  ['Apps read', one.publish === undefined ? secret : `${secret} (${one.publish})`],
  ['Access token', when(one.expires, look, 'expires')],
  ['Refresh token', when(one.refreshBy, look, 'dies unused')],
  ['Grant', when(one.endsAt, look, 'ends')],
  ['Not granted', one.missingScopes.length === 0 ? undefined : look.colors.yellow(one.missingScopes.join(' '))],
  ['Last refresh', when(one.refreshed, look)],
  ['Next attempt', one.status === 'paused' ? 'when resumed' : (when(one.next, look) ?? 'in the next tick')],
]

export const clientFields = (client: ShownClient, look: Look): readonly Field[] => [
  ['Client', look.colors.bold(client.name)],
  ['Status', statusWord(client.status, look.colors)],
  ...reasonFields(client.reason, { look, names: { client: client.name } }),
  ['Token endpoint', client.tokenEndpoint],
  ['Authentication', client.authMethod],
  ['Issuer', client.federated?.issuer],
  ['Trusted role', client.federated?.subject],
  ...client.secretExpiries.map((expires, index): Field => {
    const name = client.secretExpiries.length === 1 ? 'Client secret' : `Client secret ${index + 1}`
    return [name, secretExpiry(expires, look, !renewsInTime(client.renewal, look.now))]
  }),
  ...renewalFields(client, look),
]

const renewalFields = ({ name, renewal }: ShownClient, look: Look): readonly Field[] => {
  if (renewal === undefined) return []
  const { failure } = renewal
  return [
    ['Renewal', renewalWords(renewal, look)],
    ['Not renewed', failure && reasonWords(failure)],
    ['What to do', failure && remedyFor(failure, { client: name })],
  ]
}

const renewalWords = (renewal: ShownRenewal, look: Look): string => {
  const { due, tryingSince } = renewal
  if (tryingSince !== undefined) {
    return `a new client secret is stored (made ${fromNow(tryingSince, look.now)}); an hourly run tries it, and then apps get it`
  }
  const isKnown = due.getTime() > 0
  const late = isKnown ? when(due, look, 'overdue: it was due') : 'due at once, because the expiry is not known'
  if (isOverdue(renewal, look.now)) return look.colors.red(late ?? '')
  return due.getTime() <= look.now ? 'due in the next hourly run' : (when(due, look, 'due') ?? '')
}

const warningMilliseconds = 30 * 86_400_000

/** @param warns whether a person has to see to the expiry */
const secretExpiry = (expires: Date | undefined, look: Look, warns: boolean): string => {
  if (expires === undefined) return 'expiry not known'
  const words = when(expires, look, expires.getTime() > look.now ? 'expires' : 'expired') ?? ''
  return warns && expires.getTime() - look.now < warningMilliseconds ? look.colors.red(words) : words
}

interface Named {
  readonly look: Look
  readonly names: RemedyNames
}

const reasonFields = (reason: Reason | undefined, { look, names }: Named): readonly Field[] =>
  reason === undefined
    ? []
    : [
        ['Reason', `${reasonWords(reason)}${reason.ofClient ? ': its client is at fault' : ''}`],
        [
          'Since',
          `${when(reason.since, look)}, ${reason.failures === 1 ? 'once' : `${reason.failures} times in a row`}`,
        ],
        ['What to do', remedyFor(reason, names)],
      ]

const when = (time: Date | undefined, { now }: Pick<Look, 'now'>, word?: string): string | undefined =>
  time && `${word === undefined ? '' : `${word} `}${fromNow(time, now)} (${minutes(time)})`

const minutes = (time: Date): string => `${time.toISOString().slice(0, 16)}Z`.replace('T', ' ')

const mostVersions = 5

const history = ({ grant, published }: Details['versions'], look: Look): string => {
  const rows = (what: string, versions: readonly Version[]) =>
    versions.slice(0, mostVersions).map(({ id, created, labels }) => {
      return [what, when(created, look) ?? '', labels.join(', '), look.colors.dim(id)]
    })
  const left = Math.max(grant.length - mostVersions, 0) + Math.max(published.length - mostVersions, 0)
  const all = [...rows('grant', grant), ...rows('published secret', published)]
  const columns = ['VERSION OF', 'MADE', 'LABELS', 'ID'].map((head, at) => ({
    head,
    cells: all.map((row) => row[at] ?? ''),
  }))
  const drawn = fittingTable(columns, look.columns, look.colors)
  return left === 0 ? drawn : `${drawn}\n${look.colors.dim(`and ${left} older; --json shows all`)}`
}

export const versionAsJson = ({ id, created, labels }: Version) => ({
  id,
  created_at: created?.toISOString() ?? null,
  labels,
})
