// Clients without a client secret: a web identity token of the function's role takes its place in every request.

import { expect, it } from 'vitest'
import { deviceCodeGrantType } from '../../../lambda/core/login/login.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { bootstrapHandler, refreshHandler } from '../../../lambda/handlers.ts'
import type { KeysOfIssuer } from '../../../local/entra/federated-credentials.ts'
import { rolesOf } from '../../../local/stack.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'

/** As Microsoft documents it. */
const audience = 'api://AzureADTokenExchange'

const secretless = { client_secret: undefined, token_endpoint_auth_method: 'aws_web_identity' }

type Role = keyof ReturnType<typeof rolesOf>

const trust = (e: Embedded, ...roles: readonly Role[]): void => {
  for (const role of roles) {
    const subject = rolesOf()[role]
    e.entra.addFederatedCredential(e.clientId, { issuer: e.account.issuer, subject, audience })
  }
}

const federated = async (options: Parameters<typeof embedded>[0] = {}): Promise<Embedded> => {
  const e = await embedded({ webIdentity: true, ...options })
  e.account.enabled = true
  trust(e, 'refresh', 'bootstrap')
  return e
}

/** How often STS is asked for a token while this is done. */
const tokensDuring = async (e: Embedded, work: () => Promise<unknown>): Promise<number> => {
  let asked = 0
  e.faults.aws = ({ body }) => {
    if (body.includes('Action=GetWebIdentityToken')) asked++
    return undefined
  }
  await work()
  e.faults.aws = undefined
  return asked
}

const reasonOf = (e: Embedded, connection: string): string => {
  const { failure } = e.status(connection)
  return failure === undefined ? 'none' : `${failure.class} ${failure.code}`
}

it('bootstraps by password and refreshes without a client secret anywhere', async () => {
  const e = await federated()
  await e.connect('a', secretless)
  expect(e.current('clients', e.clientId).json).toMatchObject({
    token_endpoint_auth_method: 'aws_web_identity',
    client_secrets: [],
  })
  expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1, failed: {} })
  expect(e.problems('a')).toEqual([])
})

it('sends the assertion with a code and with a device code too', async () => {
  const e = await federated()
  const forms: URLSearchParams[] = []
  e.faults.entra = ({ body }) => {
    forms.push(new URLSearchParams(body))
    return undefined
  }
  const client = { client_id: e.clientId, token_endpoint: e.login.token_endpoint, scope: e.login.scope, ...secretless }
  const codes = { code: 'no-code', code_verifier: 'no-verifier', redirect_uri: 'http://localhost/' }
  await e.storeLogin('b', { ...client, grant_type: 'authorization_code', ...codes })
  await expect(e.bootstrap({ connection: 'b' })).rejects.toThrow(/AADSTS/)
  await e.storeLogin('c', { ...client, grant_type: deviceCodeGrantType, device_code: 'no-device-code' })
  await expect(e.bootstrap({ connection: 'c' })).rejects.toThrow(/AADSTS/)
  expect(
    forms.map((form) => [form.get('grant_type'), form.has('client_assertion'), form.has('client_secret')]),
  ).toEqual([
    ['authorization_code', true, false],
    [deviceCodeGrantType, true, false],
  ])
})

it('one token of STS serves a whole tick, and the next tick asks for a new one', async () => {
  const e = await federated()
  for (const name of ['a', 'b', 'c']) await e.connect(name, secretless)
  expect(await tokensDuring(e, () => e.tickAfter(90))).toBe(1)
  expect(await tokensDuring(e, () => e.tickAfter(90))).toBe(1)
  expect(e.problems('c')).toEqual([])
})

it('is refused where the setting is off, and nothing is sent', async () => {
  const e = await embedded()
  const before = e.entra.requests.get('password')
  await expect(e.connect('a', secretless)).rejects.toThrow(/^client web_identity_off: .*webIdentity=on/)
  expect(e.entra.requests.get('password')).toBe(before)
})

it('is refused at providers that are not the global cloud of Microsoft, before anything is sent', async () => {
  const e = await federated()
  const elsewhere = {
    ...secretless,
    token_endpoint: 'https://login.microsoftonline.us/organizations/oauth2/v2.0/token',
  }
  await expect(e.connect('a', elsewhere)).rejects.toThrow(/"aws_web_identity" works with the global cloud of Microsoft/)
})

type Trouble = (e: Embedded) => () => void

const troubles: readonly [string, string, Trouble][] = [
  [
    'a role that the provider does not trust',
    'client AADSTS700213',
    (e) => {
      e.entra.removeFederatedCredential(e.clientId, rolesOf().refresh)
      return () => trust(e, 'refresh')
    },
  ],
  [
    'an account whose outbound federation was turned off',
    'client web_identity_disabled',
    (e) => {
      e.account.enabled = false
      return () => {
        e.account.enabled = true
      }
    },
  ],
]

it.each(troubles)('%s is a fault of the client, told once, and over by itself', async (_, reason, trouble) => {
  const e = await federated()
  await e.connect('a', secretless)
  await e.connect('b', secretless)
  const mend = trouble(e)
  await e.tickAfter(90)
  await e.tickAfter(6)
  expect([reasonOf(e, 'a'), reasonOf(e, 'b')]).toEqual([reason, reason])
  const told = e.eventBus.entries.filter(({ detailType }) => detailType === 'Client Action Required')
  expect(told.map(({ detail }) => detail)).toMatchObject([
    { client: e.clientId, class: 'client', code: reason.slice(7) },
  ])
  mend()
  await e.tickAfter(61)
  expect([e.problems('a'), e.problems('b')]).toEqual([[], []])
})

it('keys that the provider has not fetched yet pass: nothing is lost, and no message is sent after one refusal', async () => {
  let keys: 'stale' | 'all' = 'all'
  const stale: { keys: ReturnType<KeysOfIssuer> } = { keys: [] }
  const e = await federated({
    entra: { keysOfIssuer: () => (keys === 'stale' ? stale.keys : e.account.keys) },
  })
  await e.connect('a', secretless)
  stale.keys = e.account.keys
  e.account.rotate()
  keys = 'stale'
  await e.tickAfter(90)
  expect(reasonOf(e, 'a')).toBe('client AADSTS50013')
  expect(e.eventBus.entries.map(({ detailType }) => detailType)).toEqual([
    'Connection Bootstrapped',
    'Connection Published',
  ])
  keys = 'all'
  await e.tickAfter(6)
  expect(e.problems('a')).toEqual([])
})

it('an assertion whose time is over for the provider is replaced by a new one, once', async () => {
  const e = await federated()
  await e.connect('a', secretless)
  const issued = e.account.issue({
    subject: rolesOf().refresh,
    audiences: [audience],
    algorithm: 'RS256',
  })
  if (typeof issued === 'string') throw new Error(issued)
  e.clock.advance(90 * minute)
  const { webIdentity } = e.dependencies
  if (webIdentity === undefined) throw new Error('web identity is off')
  const old = { kind: 'token', token: new Redacted(issued.token) } as const
  const token: typeof webIdentity.token = async (audience, fresh) => (fresh ? webIdentity.token(audience, true) : old)
  const before = e.refreshRequests()
  const refresh = refreshHandler({ ...e.dependencies, webIdentity: { token } })
  expect(await refresh({}, { getRemainingTimeInMillis: () => 60_000 })).toMatchObject({ refreshed: 1 })
  expect(e.refreshRequests()).toBe(before + 2)
})

it('an outage of STS holds no other client, and passes', async () => {
  const e = await federated()
  await e.connect('a', secretless)
  const other = await withSecret(e, 'b')
  e.faults.aws = ({ body }) =>
    body.includes('Action=GetWebIdentityToken') ? { kind: 'answer', answer: { status: 503, body: '' } } : undefined
  expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1, failed: { transient: 1 } })
  expect([reasonOf(e, 'a'), reasonOf(e, other)]).toEqual(['transient web_identity_failed', 'none'])
  e.faults.aws = undefined
  await e.tickAfter(10)
  expect(e.problems('a')).toEqual([])
})

/** A connection of another client, which has a client secret. */
const withSecret = async (e: Embedded, connection: string): Promise<string> => {
  const tenant = e.entra.addTenant({ domains: ['other.example'] })
  const { clientId } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value: client_secret } = e.entra.addClientSecret(clientId)
  const userName = 'b@other.example'
  const { password } = e.entra.addUser({ tenantId: tenant.id, userName })
  await e.connect(connection, { client_id: clientId, client_secret, userName, password })
  return connection
}

it('no assertion is in an event, a tag or a log', async () => {
  const assertions: string[] = []
  const e = await federated()
  e.faults.entra = ({ body }) => {
    assertions.push(new URLSearchParams(body).get('client_assertion') ?? '')
    return undefined
  }
  await e.connect('a', secretless)
  e.entra.removeFederatedCredential(e.clientId, rolesOf().refresh)
  await e.tickAfter(90)
  await e.tickAfter(6)
  const told = JSON.stringify([e.told, e.eventBus.entries, [...(e.secret('grants', 'a').tags ?? [])]])
  const pieces = assertions.flatMap((one) => one.split('.'))
  expect(pieces.length).toBeGreaterThanOrEqual(9)
  expect(pieces.filter((piece) => told.includes(piece))).toEqual([])
})

const method = (e: Embedded) => e.current('clients', e.clientId).json.token_endpoint_auth_method
const secrets = (e: Embedded) => (e.current('clients', e.clientId).json.client_secrets as unknown[]).length

it('moves a client over only when both roles were tried, and lets its client secrets go when told to', async () => {
  const e = await embedded({ webIdentity: true })
  await e.connect('a')
  const { clientId: client } = e
  expect(await e.federate('bootstrap', { client, federation: 'describe' })).toMatchObject({
    refused: { class: 'client', code: 'web_identity_disabled' },
  })
  e.account.enabled = true
  const described = { client, issuer: e.account.issuer, audience, client_secrets: 1 }
  for (const role of ['refresh', 'bootstrap'] as const) {
    const answer = await e.federate(role, { client, federation: 'describe' })
    expect(answer).toEqual({ ...described, subject: rolesOf()[role] })
    expect(await e.federate(role, { client, federation: 'try', connection: 'a' })).toMatchObject({
      refused: { class: 'client', code: 'AADSTS70025' },
    })
  }
  expect(await e.federate('bootstrap', { client, federation: 'retire' })).toMatchObject({
    refused: { code: 'client_not_federated' },
  })
  expect([method(e), secrets(e), e.problems('a')]).toEqual(['client_secret_post', 1, []])
  trust(e, 'refresh', 'bootstrap')
  expect(await e.federate('refresh', { client, federation: 'try', connection: 'a' })).toMatchObject({
    client_secrets: 1,
  })
  expect(method(e)).toBe('client_secret_post')
  expect(await e.federate('bootstrap', { client, federation: 'move', connection: 'a' })).toMatchObject({
    client_secrets: 1,
  })
  expect([method(e), secrets(e)]).toEqual(['aws_web_identity', 1])
  expect(await e.federate('bootstrap', { client, federation: 'retire' })).toMatchObject({ client_secrets: 0 })
  expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
  expect([secrets(e), e.problems('a')]).toEqual([0, []])
})

it('leads back with an accepted client secret', async () => {
  const e = await federated()
  await e.connect('a', secretless)
  await e.storeLogin('client', { client_id: e.clientId, client_secret: e.entra.addClientSecret(e.clientId).value })
  const { arn } = e.secret('logins', 'client')
  const answer = await e.changeClientSecret({ client: e.clientId, login: arn, connection: 'a' })
  expect(answer).toMatchObject({ tried: 'accepted', client_secrets: 1 })
  expect([method(e), secrets(e)]).toEqual(['client_secret_post', 1])
  e.account.enabled = false
  expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
})

it('a refused client secret leaves a client without one as it was', async () => {
  const e = await federated()
  await e.connect('a', secretless)
  await e.storeLogin('client', { client_id: e.clientId, client_secret: 'mistyped' })
  const { arn } = e.secret('logins', 'client')
  await expect(e.changeClientSecret({ client: e.clientId, login: arn, connection: 'a' })).rejects.toThrow(
    /AADSTS7000215/,
  )
  expect([method(e), secrets(e)]).toEqual(['aws_web_identity', 0])
  expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
})

it('a bootstrap function of a deployment without the setting refuses, and keeps the login', async () => {
  const e = await federated()
  await e.storeLogin('a', { ...e.login, ...secretless })
  const bootstrap = bootstrapHandler({ ...e.dependencies, webIdentity: undefined })
  const started = bootstrap({ connection: 'a' }, { getRemainingTimeInMillis: () => 60_000 })
  await expect(started).rejects.toThrow(/web_identity_off/)
  expect(e.secret('logins', 'a')).toBeDefined()
})
