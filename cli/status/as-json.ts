// Connections and clients as --json shows them: wire names, times in ISO 8601 UTC.

import { type RemedyNames, remedyFor } from '../../lambda/core/failures/failure-table.ts'
import type { Reason, ShownClient, ShownConnection } from './connection.ts'
import type { ShownRenewal } from './renewal.ts'

const iso = (time: Date | undefined): string | null => time?.toISOString() ?? null

const reasonAsJson = (reason: Reason | undefined, names: RemedyNames) =>
  reason === undefined
    ? null
    : {
        class: reason.class,
        code: reason.code,
        meaning: reason.meaning ?? null,
        remedy: remedyFor(reason, names),
        since: iso(reason.since),
        failures: reason.failures,
        of_client: reason.ofClient,
      }

export const connectionAsJson = (one: ShownConnection) => ({
  connection: one.name,
  status: one.status,
  reason: reasonAsJson(one.reason, { connection: one.name, client: one.client }),
  client: one.client ?? null,
  account: one.account ?? null,
  mode: one.mode ?? null,
  publish: one.publish ?? null,
  refreshed_at: iso(one.refreshed),
  expires_at: iso(one.expires),
  refresh_by: iso(one.refreshBy),
  ends_at: iso(one.endsAt),
  missing_scope: one.missingScopes.length === 0 ? null : one.missingScopes.join(' '),
  next_attempt_at: iso(one.next),
})

export const clientAsJson = (one: ShownClient) => ({
  client: one.name,
  status: one.status,
  reason: reasonAsJson(one.reason, { client: one.name }),
  token_endpoint: one.tokenEndpoint ?? null,
  token_endpoint_auth_method: one.authMethod ?? null,
  federated_issuer: one.federated?.issuer ?? null,
  federated_subject: one.federated?.subject ?? null,
  client_secrets: one.secretExpiries.map((expires) => ({ expires_at: iso(expires) })),
  renewal: one.renewal === undefined ? null : renewalAsJson(one.renewal, { client: one.name }),
})

const renewalAsJson = ({ due, tryingSince, failure }: ShownRenewal, names: RemedyNames) => ({
  due_at: iso(due),
  being_tried: tryingSince !== undefined,
  failure:
    failure === undefined
      ? null
      : {
          class: failure.class,
          code: failure.code,
          meaning: failure.meaning ?? null,
          remedy: remedyFor(failure, names),
        },
})
