// Token requests, with the client's secrets in their order, and one retry if that is harmless.

import { isAboutClientSecret, mayBeAboutClientSecret } from '../../core/failures/failure-table.ts'
import { hostNotAllowed } from '../../core/failures/host-not-allowed.ts'
import { type Client, type ClientSecret, isFederated, sendsClientSecret } from '../../core/secrets/client.ts'
import { requestedScope } from '../../core/tokens/next-grant.ts'
import type { Dependencies, Redemption, RequestGrant } from '../../ports.ts'
import { clientAssertion } from '../client/client-assertion.ts'

const retryAfterMilliseconds = 1_000

export interface TokensRequest {
  readonly client: Client
  readonly grant: RequestGrant
  readonly scope: string
  readonly correlationId: string
}

/** Uses the first client secret: for a login, which is sent once. A request that has certainly not left is repeated once. */
export const requestTokensOnce = async (dependencies: Dependencies, input: TokensRequest): Promise<Redemption> => {
  const [secret] = usableSecrets(input.client, dependencies.clock.now())
  const first = await ask(dependencies, input, secret)
  if (first.kind !== 'failed' || first.outcome !== 'unsent') return first
  await pause(dependencies)
  return ask(dependencies, input, secret)
}

export interface TokensFromSecret {
  readonly redemption: Redemption
  /** The client secret that was accepted; undefined if none was. */
  readonly secret: ClientSecret | undefined
}

/**
 * For a refresh token: tries the next client secret if the refusal may be about the sent one, and once more after
 * a passing failure.
 */
export const requestTokens = async (dependencies: Dependencies, input: TokensRequest): Promise<TokensFromSecret> => {
  const refusals: Refusal[] = []
  for (const secret of usableSecrets(input.client, dependencies.clock.now())) {
    const redemption = await askTwice(dependencies, input, secret)
    if (redemption.kind !== 'failed' || !mayBeAboutClientSecret(redemption.failure)) {
      return { redemption, secret: redemption.kind === 'granted' ? secret : undefined }
    }
    refusals.push(redemption)
  }
  return { redemption: mostTelling(refusals) ?? (await ask(dependencies, input, undefined)), secret: undefined }
}

type Refusal = Extract<Redemption, { kind: 'failed' }>

/** An old client secret is refused even if another fault exists, so a refusal for another reason takes precedence. */
const mostTelling = (refusals: readonly Refusal[]): Refusal | undefined =>
  refusals.find(({ failure }) => !isAboutClientSecret(failure)) ?? refusals.at(-1)

/** Those not known to have expired. If all have, all of them, because the provider decides. */
const usableSecrets = (client: Client, now: number): readonly (ClientSecret | undefined)[] => {
  if (!sendsClientSecret(client)) return [undefined]
  const usable = client.client_secrets.filter(
    ({ expires_at }) => expires_at === undefined || expires_at.getTime() > now,
  )
  return usable.length > 0 ? usable : client.client_secrets
}

const askTwice = async (dependencies: Dependencies, input: TokensRequest, secret: ClientSecret | undefined) => {
  const first = await ask(dependencies, input, secret)
  if (!mayBeRepeated(first, input.client)) return first
  await pause(dependencies)
  return ask(dependencies, input, secret)
}

const pause = ({ clock, random }: Dependencies): Promise<void> =>
  clock.wait(retryAfterMilliseconds * (0.5 + random.fraction()))

/** After an unknown outcome a single-use refresh token may be used up. A second use could end the whole grant. */
const mayBeRepeated = (redemption: Redemption, client: Client): boolean =>
  redemption.kind === 'failed' &&
  redemption.failure.class === 'transient' &&
  redemption.failure.retryAfterSeconds === undefined &&
  (client.provider.rotation === 'reusable' || redemption.outcome === 'unsent')

/** For the provider the time of our assertion is over or not yet there, because two clocks differ: a new one is made. */
const assertionOutdated = 'AADSTS700024'

const ask = async (dependencies: Dependencies, input: TokensRequest, secret: ClientSecret | undefined) => {
  const redemption = await askWith(dependencies, input, { secret })
  const outdated = redemption.kind === 'failed' && redemption.failure.code === assertionOutdated
  return outdated && isFederated(input.client) ? askWith(dependencies, input, { secret, fresh: true }) : redemption
}

interface Authentication {
  readonly secret: ClientSecret | undefined
  /** Whether the client assertion must be a new one. @default no */
  readonly fresh?: boolean
}

const askWith = async (
  dependencies: Dependencies,
  input: TokensRequest,
  { secret: clientSecret, fresh }: Authentication,
): Promise<Redemption> => {
  const { tokenEndpoint, telemetry, clock, settings } = dependencies
  const { client, grant, correlationId } = input
  // The check before every token request. A stored client is checked earlier, where the failure is recorded.
  const notAllowed = hostNotAllowed(client.token_endpoint, settings)
  if (notAllowed !== undefined) return { kind: 'failed', failure: notAllowed, outcome: 'unsent' } as const
  const assertion = await clientAssertion(dependencies, client, fresh)
  if (assertion?.kind === 'failed') return { ...assertion, outcome: 'unsent' }
  const scope = scopeOf(input)
  const began = clock.now()
  const redemption = await tokenEndpoint.redeem({
    ...{ client, clientSecret, grant, scope, correlationId },
    ...(assertion && { clientAssertion: assertion.token }),
  })
  const failure = redemption.kind === 'granted' ? undefined : redemption.failure
  telemetry.tokenRequest({
    correlationId,
    tokenEndpointHost: new URL(client.token_endpoint).host,
    tokenRequestMilliseconds: clock.now() - began,
    result: failure?.code ?? 'granted',
    ...(failure?.traceId !== undefined && { traceId: failure.traceId }),
    ...(redemption.kind === 'granted' && redemption.tokens.warning && { warning: redemption.tokens.warning }),
  })
  return redemption
}

const scopeOf = ({ grant, client, scope }: TokensRequest): string | undefined => {
  // An app that signs in as itself gets no refresh token, so it needs no scope for one.
  if (grant.grant_type === 'client_credentials') return scope
  return sendsScope(grant, client) ? requestedScope(scope, client) : undefined
}

/**
 * Entra needs the scope again with a refresh token, and issues one only with offline_access. Others grant what they
 * granted before. For a code, the sign-in has already decided the scope.
 */
const sendsScope = ({ grant_type: type }: RequestGrant, client: Client): boolean =>
  type === 'password' || (type === 'refresh_token' && client.provider.name === 'entra')
