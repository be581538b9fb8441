// The handlers of refresher and bootstrap. The ports decide whether they run deployed or in the embedded stack.

import * as v from 'valibot'
import { invocationOf, type LambdaContext } from './adapters/invocation.ts'
import {
  type AnsweredBootstrapEvent,
  type BootstrapAnswer,
  type BootstrapEvent,
  type BootstrapRefusal,
  type ClientRefusal,
  type ClientSecretAnswer,
  type ClientSecretEvent,
  connectionNamePattern,
  type FederationAnswer,
  type FederationEvent,
  type LinkAnswer,
  type LinkEvent,
  longestBy,
  longestLinkDays,
  modes,
  publishKinds,
  type RefreshAnswer,
  type RefreshEvent,
  type RenewalAnswer,
  type RenewalEvent,
  type RenewalsAnswer,
  type RenewalsEvent,
  renewalDaysRange,
} from './contract.ts'
import type { Dependencies, Invocation } from './ports.ts'
import { bootstrapConnection } from './usecases/bootstrap-connection.ts'
import { changeClientSecret } from './usecases/change-client-secret.ts'
import { federateClient } from './usecases/federate-client.ts'
import { retryingStore } from './usecases/limits/rate-limited-store.ts'
import { BootstrapRefused } from './usecases/login/bootstrap-refused.ts'
import { manageRenewal } from './usecases/manage-renewal.ts'
import { refreshConnections } from './usecases/refresh-connections.ts'
import { renewClientSecrets } from './usecases/renew-client-secrets.ts'
import { makeLink } from './usecases/sign-in/make-link.ts'

export type { LambdaContext } from './adapters/invocation.ts'

export type Handler<Answer> = (event: unknown, context: LambdaContext) => Promise<Answer>

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const refreshEvent = v.pipe(
  v.strictObject({
    shard: v.exactOptional(whole),
    of: v.exactOptional(v.pipe(whole, v.minValue(1))),
    connections: v.exactOptional(v.array(v.pipe(v.string(), v.regex(connectionNamePattern)))),
    force: v.exactOptional(v.boolean()),
    set: v.exactOptional(
      v.strictObject({ mode: v.exactOptional(v.picklist(modes)), publish: v.exactOptional(v.picklist(publishKinds)) }),
    ),
  }),
  v.check(({ shard, of }) => (shard === undefined) === (of === undefined) && (shard ?? 0) < (of ?? 1)),
  v.check(({ force, set, connections }) => (force !== true && set === undefined) || connections !== undefined),
)
const id = v.pipe(v.string(), v.nonEmpty())
const linkEvent = v.strictObject({
  connection: v.string(),
  link: v.union([
    v.strictObject({
      days: v.pipe(whole, v.minValue(1), v.maxValue(longestLinkDays)),
      by: v.pipe(v.string(), v.maxLength(longestBy)),
      authorization_endpoint: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
    }),
    v.strictObject({ again: v.literal(true) }),
  ]),
  login: v.exactOptional(id),
})
const federationEvent = v.pipe(
  v.variant('federation', [
    v.strictObject({ client: id, federation: v.picklist(['describe', 'retire']) }),
    v.strictObject({
      client: id,
      federation: v.picklist(['try', 'move']),
      connection: v.pipe(v.string(), v.regex(connectionNamePattern)),
    }),
  ]),
  v.transform((event) => ({ job: 'federation', event }) as const),
)
/** The refresher shows and tries its own role, and leaves the record of the client to the bootstrap function. */
const refresherEvent = v.union([
  v.pipe(
    refreshEvent,
    v.transform((event) => ({ job: 'refresh', event }) as const),
  ),
  v.pipe(
    federationEvent,
    v.check(({ event: { federation } }) => federation === 'describe' || federation === 'try'),
  ),
])
const renewalEvent = v.union([
  v.strictObject({ client: id, renewal: v.picklist(['stop', 'check']) }),
  v.strictObject({
    client: id,
    renewal: v.literal('start'),
    tenant: v.exactOptional(id),
    days: v.exactOptional(v.pipe(whole, v.minValue(renewalDaysRange.least), v.maxValue(renewalDaysRange.most))),
  }),
])
const bootstrapEvent = v.union([
  v.pipe(
    v.strictObject({ renewal: v.literal('due') }),
    v.transform(() => ({ job: 'renewals' }) as const),
  ),
  v.pipe(
    renewalEvent,
    v.transform((event) => ({ job: 'renewal', event }) as const),
  ),
  federationEvent,
  v.pipe(
    linkEvent,
    v.transform((event) => ({ job: 'link', event }) as const),
  ),
  v.pipe(
    v.strictObject({
      connection: v.string(),
      login: v.exactOptional(id),
      refusal: v.exactOptional(v.literal('answer')),
    }),
    v.transform((event) => ({ job: 'bootstrap', event }) as const),
  ),
  v.pipe(
    v.strictObject({
      client: id,
      login: id,
      connection: v.exactOptional(v.pipe(v.string(), v.regex(connectionNamePattern))),
    }),
    v.transform((event) => ({ job: 'client secret', event }) as const),
  ),
])

const refreshEventHelp =
  'The event must be {} (all connections), {"shard": 1, "of": 4} with shard below of, or {"connections": ["name"], "force": true, "set": {"mode": "fresh", "publish": "access_token"}}, where a name is up to 63 lower-case letters, digits and hyphens.'
const bootstrapEventHelp =
  'The event must be {"connection": "name"}, with "login": "<secret id>" when the login has another name, or {"client": "<client id>", "login": "<secret id>"} for another client secret, with "connection": "name" to try it with, or {"connection": "name", "link": {"days": 3, "by": "who asks"}} for a link to sign in, or "link": {"again": true} for the newest one.'

export interface RefreshHandler {
  (event: FederationEvent, context: LambdaContext): Promise<FederationAnswer | ClientRefusal>
  (event: RefreshEvent, context: LambdaContext): Promise<RefreshAnswer>
  (event: unknown, context: LambdaContext): Promise<RefreshAnswer | FederationAnswer | ClientRefusal>
}

export const refreshHandler = (dependencies: Dependencies): RefreshHandler => {
  const retrying = { ...dependencies, store: retryingStore(dependencies) }
  function handle(event: FederationEvent, context: LambdaContext): Promise<FederationAnswer | ClientRefusal>
  function handle(event: RefreshEvent, context: LambdaContext): Promise<RefreshAnswer>
  function handle(event: unknown, context: LambdaContext): Promise<RefreshAnswer | FederationAnswer | ClientRefusal>
  async function handle(event: unknown, context: LambdaContext) {
    const parsed = parse(refresherEvent, event, refreshEventHelp)
    const invocation = invocationOf(context)
    return parsed.job === 'refresh'
      ? refreshConnections(dependencies, parsed.event, invocation)
      : federateClient(retrying, parsed.event, invocation)
  }
  return handle
}

/** The event decides which answer the function gives. */
export interface BootstrapHandler {
  (event: LinkEvent, context: LambdaContext): Promise<LinkAnswer>
  (event: AnsweredBootstrapEvent, context: LambdaContext): Promise<BootstrapAnswer | BootstrapRefusal>
  (event: BootstrapEvent, context: LambdaContext): Promise<BootstrapAnswer>
  (event: ClientSecretEvent, context: LambdaContext): Promise<ClientSecretAnswer>
  (event: FederationEvent, context: LambdaContext): Promise<FederationAnswer | ClientRefusal>
  (event: RenewalEvent, context: LambdaContext): Promise<RenewalAnswer | ClientRefusal>
  (event: RenewalsEvent, context: LambdaContext): Promise<RenewalsAnswer>
  (event: unknown, context: LambdaContext): Promise<AnyAnswer>
}

type AnyAnswer =
  | BootstrapAnswer
  | BootstrapRefusal
  | ClientSecretAnswer
  | LinkAnswer
  | FederationAnswer
  | RenewalAnswer
  | RenewalsAnswer
  | ClientRefusal

export const bootstrapHandler = (ports: Dependencies): BootstrapHandler => {
  const dependencies = { ...ports, store: retryingStore(ports) }
  function handle(event: LinkEvent, context: LambdaContext): Promise<LinkAnswer>
  function handle(event: AnsweredBootstrapEvent, context: LambdaContext): Promise<BootstrapAnswer | BootstrapRefusal>
  function handle(event: BootstrapEvent, context: LambdaContext): Promise<BootstrapAnswer>
  function handle(event: ClientSecretEvent, context: LambdaContext): Promise<ClientSecretAnswer>
  function handle(event: FederationEvent, context: LambdaContext): Promise<FederationAnswer | ClientRefusal>
  function handle(event: RenewalEvent, context: LambdaContext): Promise<RenewalAnswer | ClientRefusal>
  function handle(event: RenewalsEvent, context: LambdaContext): Promise<RenewalsAnswer>
  function handle(event: unknown, context: LambdaContext): Promise<AnyAnswer>
  async function handle(event: unknown, context: LambdaContext) {
    const parsed = parse(bootstrapEvent, event, bootstrapEventHelp)
    const invocation = invocationOf(context)
    switch (parsed.job) {
      case 'bootstrap':
        return bootstrapOrAnswer(dependencies, parsed.event, invocation)
      case 'link':
        return makeLink(dependencies, parsed.event)
      case 'client secret':
        return changeClientSecret(dependencies, parsed.event, invocation)
      case 'federation':
        return federateClient(dependencies, parsed.event, invocation)
      case 'renewal':
        return manageRenewal(dependencies, parsed.event, invocation)
      case 'renewals':
        return renewClientSecrets(dependencies, invocation)
    }
  }
  return handle
}

/** Returns a refusal as an answer, if the event requests it. */
const bootstrapOrAnswer = async (
  dependencies: Dependencies,
  event: BootstrapEvent | AnsweredBootstrapEvent,
  invocation: Invocation,
): Promise<BootstrapAnswer | BootstrapRefusal> => {
  try {
    return await bootstrapConnection(dependencies, event, invocation)
  } catch (error) {
    if (!('refusal' in event) || !(error instanceof BootstrapRefused)) throw error
    const { failure, message, signedInAs } = error
    const refused = { class: failure.class, code: failure.code, message }
    const who = signedInAs === undefined ? {} : { signed_in_as: signedInAs }
    return { connection: event.connection, refused: { ...refused, ...who } }
  }
}

const parse = <S extends v.GenericSchema>(schema: S, event: unknown, help: string): v.InferOutput<S> => {
  const parsed = v.safeParse(schema, event)
  if (!parsed.success) throw new TypeError(help)
  return parsed.output
}
