// The simulated provider answers as the embedded Entra does behind the real token endpoint: the same requests, drawn at
// random, are made of both, and both are then asked which refresh tokens they would accept.

import { describe, expect, it, onTestFinished } from 'vitest'
import { httpAgent, tokenEndpointLimits } from '../../lambda/adapters/http.ts'
import { httpTokenEndpoint } from '../../lambda/adapters/token-endpoint.ts'
import type { Client } from '../../lambda/core/secrets/client.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import type { Redemption, RequestGrant, TokenRequest } from '../../lambda/ports.ts'
import { ManualClock } from '../../local/clock.ts'
import { startEntra } from '../../local/entra/server.ts'
import { routed } from '../../local/route.ts'
import { Draw } from './engine/draw.ts'
import { Engine } from './engine/engine.ts'
import { Process } from './engine/process.ts'
import { Story } from './engine/story.ts'
import { Provider } from './world/provider.ts'
import { calm } from './world/setup.ts'
import { tokenEndpointOf } from './world/token-endpoint.ts'

const start = Date.parse('2027-01-01T00:00:00Z')
const hour = 3_600_000
const day = 24 * hour
const lifetime = 3600
const names = ['a', 'b', 'c'] as const
type Name = (typeof names)[number]

/** One thing that can be asked of both, each with its own tokens and secrets. */
interface Side {
  redeem(grant: RequestGrant, secret: string): Promise<Redemption>
  readonly passwords: Readonly<Record<Name, string>>
  /** In the order in which they were made. */
  readonly secrets: string[]
  /** Of each user, in the order in which they were issued. */
  readonly tokens: Record<Name, string[]>
  accepts(token: string): boolean
  addSecret(): string
  expireSecret(secret: string): void
  revoke(name: Name): void
  /** @param code undefined: no longer */
  block(name: Name, code: 50057 | 53003 | undefined): void
  /** @param code undefined: no longer */
  refuseTenant(name: Name, code: TenantCode | undefined): void
}

const tenantCodes = [7000112, 700016, 500014, 65001, 50105] as const
type TenantCode = (typeof tenantCodes)[number]

const client = (clientId: string, token_endpoint: string): Client => ({
  client_id: clientId,
  token_endpoint,
  token_endpoint_auth_method: 'client_secret_post',
  client_secrets: [],
  provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
})

const requestOf = (of: Client, grant: RequestGrant, secret: string): TokenRequest => ({
  client: of,
  clientSecret: { value: new Redacted(secret) },
  grant,
  scope: 'User.Read offline_access',
  correlationId: '0b5e6f70-1111-4111-9111-11111111cd11',
})

const simulated = (draw: Draw) => {
  const engine = new Engine({
    conductor: { ...calm, stepMilliseconds: 0 },
    story: new Story(false),
    start,
    ended: () => {},
  })
  const provider = new Provider({ rotation: 'reusable', now: () => engine.now(), draw, lifetime, tenants: 2 })
  const process = new Process('refresh', 'model', { startedAt: start, deadline: Number.POSITIVE_INFINITY })
  const endpoint = tokenEndpointOf(
    { engine, provider, outage: () => undefined, retryAfter: () => 60, asked: () => {} },
    process,
  )
  const of = client('simulated', provider.tokenEndpoint)
  const side: Side = {
    redeem: async (grant, secret) => {
      const answer = endpoint.redeem(requestOf(of, grant, secret))
      await engine.run()
      return answer
    },
    passwords: { a: provider.addUser('a'), b: provider.addUser('b'), c: provider.addUser('c') },
    secrets: [provider.addClientSecret(of.client_id)],
    tokens: { a: [], b: [], c: [] },
    accepts: (token) => provider.accepts(token),
    addSecret: () => provider.addClientSecret(of.client_id),
    expireSecret: (secret) => provider.expireClientSecret(secret),
    revoke: (name) => provider.revoke(name),
    block: (name, code) => provider.block(name, code),
    refuseTenant: (name, code) =>
      provider.refuse(provider.tenantOf(name), code === undefined ? undefined : { kind: 'refuse', code }),
  }
  return { side, engine, tenantOf: (name: Name) => provider.tenantOf(name) }
}

const states = {
  7000112: 'disabled',
  700016: 'removed',
  500014: 'resource-disabled',
  65001: 'not-consented',
  50105: 'assignment-required',
} as const

/** @param tenantOf so that the users are in the same tenants on both sides */
const embedded = async (tenantOf: (name: Name) => string) => {
  const clock = new ManualClock(start)
  const lifetimes = { shortest: lifetime / 60, longest: lifetime / 60 }
  const { entra, url, close } = await startEntra({ clock, seed: 1, accessTokenLifetimeMinutes: lifetimes })
  const agent = httpAgent(tokenEndpointLimits)
  onTestFinished(async () => {
    await agent.destroy()
    await close()
  })
  const domainOf = (name: Name) => `${tenantOf(name)}.example`
  const tenantIds = new Map(
    [...new Set(names.map(domainOf))].map((domain) => [domain, entra.addTenant({ domains: [domain] }).id]),
  )
  const tenantIdOf = (name: Name) => tenantIds.get(domainOf(name)) ?? ''
  const { clientId } = entra.addClient({ tenantId: tenantIdOf('a'), multiTenant: true })
  const userNameOf = (name: Name): string => `${name}@${domainOf(name)}`
  const passwordOf = (name: Name): string =>
    entra.addUser({ tenantId: tenantIdOf(name), userName: userNameOf(name) }).password
  const keyIds = new Map<string, string>()
  const addSecret = () => {
    const { keyId, value } = entra.addClientSecret(clientId)
    keyIds.set(value, keyId)
    return value
  }
  const dispatcher = routed(agent, new Map([['https://login.microsoftonline.com', url]]))
  const endpoint = httpTokenEndpoint({ clock, dispatcher })
  const of = client(clientId, 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token')
  const side: Side = {
    redeem: (grant, secret) => {
      if (grant.grant_type !== 'password') return endpoint.redeem(requestOf(of, grant, secret))
      const known = names.find((one) => grant.username.startsWith(`${one}@`))
      const username = known === undefined ? `no one@${domainOf('a')}` : userNameOf(known)
      return endpoint.redeem(requestOf(of, { ...grant, username }, secret))
    },
    passwords: { a: passwordOf('a'), b: passwordOf('b'), c: passwordOf('c') },
    secrets: [addSecret()],
    tokens: { a: [], b: [], c: [] },
    accepts: (token) => entra.wouldAccept(token),
    addSecret,
    expireSecret: (secret) => {
      // A secret that has expired stays known: it is removed and added again as one that has.
      entra.removeClientSecret(clientId, keyIds.get(secret) ?? '')
      keyIds.set(secret, entra.addClientSecret(clientId, { value: secret, expiresAt: clock.now() }).keyId)
    },
    revoke: (name) => entra.revokeSessions(userNameOf(name)),
    block: (name, code) =>
      entra.updateUser(userNameOf(name), { disabled: code === 50057, blockedByPolicy: code === 53003 }),
    refuseTenant: (name, code) =>
      entra.setTenantApp({ tenantId: tenantIdOf(name), clientId, ...(code && { state: states[code] }) }),
  }
  return { side, clock }
}

/** An answer without what differs by nature: the tokens and the ids of the answer. */
const comparable = (answer: Redemption): unknown => {
  if (answer.kind !== 'granted') {
    const { failure } = answer
    const { class: failureClass, code, httpStatus, remedy } = failure
    return {
      kind: answer.kind,
      outcome: answer.kind === 'failed' && answer.outcome,
      failureClass,
      code,
      httpStatus,
      remedy,
    }
  }
  const { expires_in, token_type, refresh_token, refresh_token_expires_in } = answer.tokens
  const said = answer.tokens.account !== undefined
  return { expires_in, token_type, renewed: refresh_token !== undefined, refresh_token_expires_in, said }
}

/** One request of both: a kind of grant, and with which of what each side has. */
const drawRequest = (draw: Draw, key: string) => {
  const name = draw.one(`name ${key}`, names)
  const secretAge = draw.one(`secret ${key}`, [0, 0, 0, 0, 1, 2, 'wrong'] as const)
  const tokenAge = draw.one(`token ${key}`, [0, 0, 1, 2, 'never issued'] as const)
  const kind = draw.one(`kind ${key}`, [
    'refresh',
    'refresh',
    'refresh',
    'password',
    'wrong password',
    'unknown',
  ] as const)
  const of = (side: Side): { readonly grant: RequestGrant; readonly secret: string } => {
    const secret = secretAge === 'wrong' ? 'never a secret' : (side.secrets.at(-1 - secretAge) ?? 'never a secret')
    const password = kind === 'wrong password' ? 'wrong' : side.passwords[name]
    // In the shape of the embedded Entra's, which tells others apart.
    const neverIssued = `1.A${'x'.repeat(700)}`
    const token = tokenAge === 'never issued' ? undefined : side.tokens[name].at(-1 - tokenAge)
    const grant: RequestGrant =
      kind === 'refresh'
        ? { grant_type: 'refresh_token', refresh_token: new Redacted(token ?? neverIssued) }
        : {
            grant_type: 'password',
            username: `${kind === 'unknown' ? 'unknown' : name}@example.com`,
            password: new Redacted(password),
          }
    return { grant, secret }
  }
  return { name, kind, of }
}

/** What happens to both beside requests. */
const drawDeed = (draw: Draw, key: string): ((side: Side) => void) | undefined => {
  const name = draw.one(`deed name ${key}`, names)
  const deeds: readonly [undefined, ...((side: Side) => void)[]] = [
    undefined,
    (side) => side.block(name, draw.one(`block ${key}`, [50057, 53003])),
    (side) => side.block(name, undefined),
    (side) => side.block(name, undefined),
    (side) => side.refuseTenant(name, draw.one(`tenant ${key}`, tenantCodes)),
    (side) => side.refuseTenant(name, undefined),
    (side) => side.refuseTenant(name, undefined),
    (side) => side.revoke(name),
    (side) => void side.secrets.push(side.addSecret()),
    (side) => side.expireSecret(side.secrets.at(-1 - draw.whole(`expired ${key}`, 0, 1)) ?? side.secrets[0] ?? ''),
  ]
  return draw.chance(`deed ${key}`, 0.3) ? draw.one(`which deed ${key}`, deeds) : undefined
}

describe('the simulated provider and the embedded one', () => {
  it.each([1, 2, 3, 4, 5, 6])('answer the same to 150 requests (seed %i)', { timeout: 60_000 }, async (seed) => {
    const draw = new Draw(seed)
    const model = simulated(draw)
    const real = await embedded(model.tenantOf)
    const answered = new Set<string>()
    for (let number = 0; number < 150; number++) {
      const key = String(number)
      const { name, kind, of } = drawRequest(draw, key)
      const answers: unknown[] = []
      for (const side of [model.side, real.side]) {
        const { grant, secret } = of(side)
        const answer = await side.redeem(grant, secret)
        const token = answer.kind === 'granted' ? answer.tokens.refresh_token?.reveal() : undefined
        if (token !== undefined) side.tokens[name].push(token)
        answers.push(comparable(answer))
      }
      expect({ number, kind, answer: answers[0] }).toEqual({ number, kind, answer: answers[1] })
      answered.add(`${kind} ${Object(answers[1]).code ?? 'granted'}`)
      const deed = drawDeed(draw, key)
      deed?.(model.side)
      deed?.(real.side)
      const accepted = [model.side, real.side].map((side) => names.map((one) => side.tokens[one].map(side.accepts)))
      expect({ number, accepted: accepted[0] }).toEqual({ number, accepted: accepted[1] })
      const later = draw.chance(`long ${key}`, 0.03) ? 91 * day : draw.whole(`later ${key}`, 1, 6 * hour)
      await model.engine.run(model.engine.now() + later)
      real.clock.moveTo(model.engine.now())
    }
    expect(answered.size).toBeGreaterThan(12)
  })
})
