// What the tags of a connection and of its client say, for people. Reads no secret.

import { type FailureClass, type Mode, type PublishKind, type Status, tags } from '../../lambda/contract.ts'
import { meaningOf, remedyOf } from '../../lambda/core/failures/failure-table.ts'
import { readHints } from '../../lambda/core/tags/hints.ts'
import { type ConnectionStatus, isHeldByClient, readStatus } from '../../lambda/core/tags/status.ts'
import type { Entry } from '../aws/secrets.ts'
import { type ShownRenewal, shownRenewal } from './renewal.ts'

/** `unknown`: just bootstrapped, or its tags were removed. The next tick reads the connection. */
export type ShownStatus = Status | 'unknown'

export interface Reason {
  readonly class: FailureClass
  readonly code: string
  /** What the code means; undefined: no table knows it. */
  readonly meaning: string | undefined
  /** What to do, with placeholders for the names of connection and client. */
  readonly remedy: string
  readonly since: Date
  readonly failures: number
  /** The client is at fault, not this connection. */
  readonly ofClient: boolean
}

export interface ShownConnection {
  readonly name: string
  readonly status: ShownStatus
  readonly client: string | undefined
  /** User name of its account, if the provider has named it. */
  readonly account: string | undefined
  readonly reason: Reason | undefined
  readonly mode: Mode | undefined
  readonly refreshed: Date | undefined
  readonly expires: Date | undefined
  readonly refreshBy: Date | undefined
  /** When the provider ends the grant, although it is refreshed. */
  readonly endsAt: Date | undefined
  /** What apps read. Undefined: not known before the next refresh. */
  readonly publish: PublishKind | undefined
  /** Requested scopes that the provider did not grant. */
  readonly missingScopes: readonly string[]
  /** Next attempt; undefined: in the next tick, or when resumed. */
  readonly next: Date | undefined
}

export interface ShownClient {
  /** The client id, or its hash if Secrets Manager does not accept the id as a name. */
  readonly name: string
  readonly status: 'healthy' | 'retrying' | 'action-required'
  readonly reason: Reason | undefined
  readonly tokenEndpoint: string | undefined
  readonly authMethod: string | undefined
  /** Issuer and subject that its federated credential accepted, while it authenticates by one. */
  readonly federated: { readonly issuer: string; readonly subject: string } | undefined
  /** One per client secret; undefined: not known. */
  readonly secretExpiries: readonly (Date | undefined)[]
  /** Undefined: its client secret does not renew itself. */
  readonly renewal: ShownRenewal | undefined
}

export const shownConnection = (entry: Entry): ShownConnection => {
  const status = readStatus(entry.tags, entry.currentVersionId)
  const { client, mode, refreshed, expires, refreshBy } = status
  const { account, publish, endsAt, missingScopes } = readHints(entry.tags)
  return {
    name: entry.name,
    account,
    status:
      refreshed === undefined && status.failure === undefined && status.status !== 'paused' ? 'unknown' : status.status,
    client,
    reason: reasonOf(status),
    mode,
    refreshed,
    expires,
    refreshBy,
    endsAt,
    publish,
    missingScopes,
    next: status.status === 'paused' ? undefined : status.next,
  }
}

export const shownClient = (entry: Entry): ShownClient => {
  const status = readStatus(entry.tags, entry.currentVersionId)
  const secretExpiries = (entry.tags[tags.clientSecrets] ?? '')
    .split(' ')
    .filter((text) => text !== '')
    .map(timeOf)
  return {
    name: entry.name,
    status: status.failure?.status ?? 'healthy',
    reason: reasonOf(status),
    tokenEndpoint: entry.tags[tags.tokenEndpoint] || undefined,
    authMethod: entry.tags[tags.authMethod] || undefined,
    federated: federatedIn(entry.tags),
    secretExpiries,
    renewal: shownRenewal(entry.tags, secretExpiries),
  }
}

const federatedIn = (all: Entry['tags']): ShownClient['federated'] => {
  const issuer = all[tags.federatedIssuer]
  const subject = all[tags.federatedSubject]
  return all[tags.authMethod] === 'aws_web_identity' && issuer && subject ? { issuer, subject } : undefined
}

/** `reauthorize AADSTS50173 (grant revoked)` */
export const reasonWords = ({ class: name, code, meaning }: Pick<Reason, 'class' | 'code' | 'meaning'>): string =>
  `${name} ${code}${meaning === undefined ? '' : ` (${meaning})`}`

const timeOf = (text: string): Date | undefined => {
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds)
}

const reasonOf = ({ failure }: ConnectionStatus): Reason | undefined =>
  failure && {
    class: failure.class,
    code: failure.code,
    meaning: meaningOf(failure.code),
    remedy: remedyOf(failure.class, failure.code),
    since: failure.since,
    failures: failure.failures,
    ofClient: isHeldByClient(failure),
  }
