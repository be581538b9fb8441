// Whom a refusal is about: one answer never decides that a client is at fault; two of its connections do.

import { isLasting, isRefusal } from '../../core/after-failure.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { isSharedAuthority } from '../../core/login/authority.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import type { FailureState } from '../../core/tags/status.ts'
import type { Dependencies } from '../../ports.ts'
import { CircuitBreakers } from './circuit-breakers.ts'
import { refreshOf } from './client-of.ts'

/** The objects of a tick that judge a refusal. */
export interface RefusalContext {
  readonly breakers: CircuitBreakers
  /** When the tick began, in milliseconds: ListSecrets may still lack what happened shortly before it. */
  readonly startedAt: number
  /** Connections of a client that are due in this tick and were not asked yet. */
  waiting(client: string): readonly string[]
  /** Sends a request for another connection of the client, and passes the result to the breakers. */
  askAnother(client: string, exceptFor: string, since: number): Promise<void>
}

/** For an attempt outside of a tick: no other connection is known. */
export const ownRefusalContext = (): RefusalContext => ({
  breakers: new CircuitBreakers(),
  startedAt: 0,
  waiting: () => [],
  askAnother: async () => {},
})

export interface Refusal {
  readonly connection: string
  readonly client: Client
  readonly failure: Failure
  /** The connection's own series of failures, this one included. */
  readonly row: Pick<FailureState, 'refusals' | 'since'>
}

/**
 * Whether it was refused because of the client. At an authority that many tenants share, a code that one administrator
 * can cause is no evidence against the client; nor is a policy, which applies to some accounts of a tenant only.
 */
export const isBecauseOfClient = ({ concerns, class: name }: Failure, client: Client): boolean =>
  concerns === 'client' || (concerns === 'tenant' && name !== 'policy' && !isSharedAuthority(client.token_endpoint))

/**
 * @returns `held`: the client is at fault; `client`: refused because of the client, and no other connection has confirmed
 * or contradicted it yet; `connection`: this connection alone
 */
export const judgeRefusal = async (
  dependencies: Dependencies,
  context: RefusalContext,
  refusal: Refusal,
): Promise<FailureState['concerns']> => {
  const { connection, client, failure, row } = refusal
  const { onceItLasts } = failure
  const meant = { ...failure, ...onceItLasts }
  const unknown = meant.class === 'refused'
  if (!isRefusal(meant) || !(unknown || isBecauseOfClient(meant, client))) return 'connection'
  const name = clientName(client.client_id)
  const { breakers } = context
  const evidence = breakers.evidence(name)
  const since = row.since.getTime()
  evidence.refuse(connection, since)
  if (breakers.isAtFault(name)) return 'held'
  if (evidence.isAlone(since)) return 'connection'
  // This refusal counts as evidence, but the failure may pass by itself, so the client is not held yet.
  if (onceItLasts !== undefined) return 'client'
  // An unknown code may come from a gateway, so it is judged only after it has lasted.
  if (unknown && !isLasting(row, new Date(dependencies.clock.now()))) return 'client'
  if (await isConfirmed(dependencies, context, name)) return hold(breakers, name)
  if (row.refusals < 2 || evidence.isAlone(since)) return evidence.isAlone(since) ? 'connection' : 'client'
  if (evidence.connections === 1) return hold(breakers, name)
  await context.askAnother(name, connection, since)
  if (breakers.isAtFault(name)) return 'held'
  return evidence.isAlone(since) ? 'connection' : 'client'
}

const hold = (breakers: CircuitBreakers, client: string): 'held' => {
  breakers.markAtFault(client)
  breakers.open(client)
  return 'held'
}

/** Number of connections to read before a list is trusted that may lag. */
const mostLookedAt = 8

/** Two connections show the same, and none was refreshed meanwhile. */
const isConfirmed = async ({ store }: Dependencies, context: RefusalContext, client: string): Promise<boolean> => {
  const evidence = context.breakers.evidence(client)
  const [first, second] = evidence.standing
  if (first === undefined || second === undefined) return false
  if (first.since >= context.startedAt) return true
  // A listing may lag: one that was refused before this tick, or is listed as due, may have been refreshed meanwhile.
  const doubtful = evidence.standing
    .filter(({ since }) => since < context.startedAt)
    .map(({ connection }) => connection)
  for (const name of [...doubtful, ...context.waiting(client)].slice(0, mostLookedAt)) {
    const newest = await store.describe({ room: 'grants', name })
    if (newest !== undefined) evidence.refreshed(refreshOf(newest, client))
  }
  return evidence.standing.length >= 2
}
