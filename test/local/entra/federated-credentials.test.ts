// An app that trusts the roles of an AWS account: which assertions the embedded Entra takes, and how it refuses the others.

import { expect, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { assertionType } from '../../../local/entra/federated-credentials.ts'
import { WebIdentityIssuer, type WebIdentityRequest } from '../../../local/web-identity/issuer.ts'
import { type Form, minute, startWithUser, without } from './harness.ts'

const subject = 'arn:aws:iam::111122223333:role/token-refresher-refresh-eu-central-1'
const audience = 'api://AzureADTokenExchange'

const startFederated = async () => {
  const time = new ManualClock(new Date('2026-01-01T00:00:00Z'))
  const account = new WebIdentityIssuer(time)
  account.enabled = true
  const stranger = new WebIdentityIssuer(time)
  stranger.enabled = true
  let published: 'all' | 'none' | 'stale' = 'all'
  const staleKeys = account.keys
  const answers = { all: () => account.keys, none: () => undefined, stale: () => staleKeys }
  const running = await startWithUser({
    keysOfIssuer: (issuer) => (issuer === account.issuer ? answers[published]() : undefined),
  })
  const { entra, client, clock } = running
  const federate = (changes: { readonly acceptedFrom?: number } = {}) =>
    entra.addFederatedCredential(client.clientId, { issuer: account.issuer, subject, audience, ...changes })
  const assertion = (changes: Partial<WebIdentityRequest> = {}, by = account): Form => {
    time.moveTo(clock.now())
    const issued = by.issue({ subject, audiences: [audience], algorithm: 'RS256', ...changes })
    if (typeof issued === 'string') throw new Error(issued)
    return { client_assertion: issued.token, client_assertion_type: assertionType }
  }
  const ask = async (proof: Form, form = running.passwordForm()) => {
    const { status, body } = await running.ask({ ...without(form, 'client_secret'), ...proof })
    return [status, body.error_codes?.[0] ?? 'granted']
  }
  const publish = (which: typeof published) => {
    published = which
  }
  return { ...running, time, account, stranger, federate, assertion, ask, publish }
}

type Federated = Awaited<ReturnType<typeof startFederated>>

test('an assertion of the federated role takes the place of the client secret in the password and refresh grants', async () => {
  const { federate, assertion, ask, signIn, refreshForm } = await startFederated()
  federate()
  expect(await ask(assertion())).toEqual([200, 'granted'])
  const { refresh_token: token } = await signIn()
  expect(await ask(assertion(), refreshForm(token))).toEqual([200, 'granted'])
})

const upper = (text: string): string => text.replace('token-refresher', 'Token-Refresher')

const refusals: readonly [string, number, number, (entra: Federated) => Form][] = [
  ['of another issuer', 400, 700211, ({ assertion, stranger }) => assertion({}, stranger)],
  ['of another role', 400, 700213, ({ assertion }) => assertion({ subject: `${subject}-2` })],
  ['whose role differs in one capital letter', 400, 700213, ({ assertion }) => assertion({ subject: upper(subject) })],
  ['for another audience', 400, 700212, ({ assertion }) => assertion({ audiences: [audience.toLowerCase()] })],
  ['without its type', 400, 900144, ({ assertion }) => without(assertion(), 'client_assertion_type')],
]

test.each(refusals)('an assertion %s is refused with %i and %i', async (_, status, code, proof) => {
  const entra = await startFederated()
  entra.federate()
  expect(await entra.ask(proof(entra))).toEqual([status, code])
})

test('an assertion is good until its last second', async () => {
  const { federate, assertion, ask, clock } = await startFederated()
  federate()
  const proof = assertion({ durationSeconds: 300 })
  clock.advance(5 * minute - 1)
  expect(await ask(proof)).toEqual([200, 'granted'])
  clock.advance(1)
  expect(await ask(proof)).toEqual([401, 700024])
})

test('an assertion from a clock that is five minutes ahead is refused until then', async () => {
  const { federate, assertion, ask, clock, time } = await startFederated()
  federate()
  time.advance(5 * minute)
  const proof = assertion()
  expect(await ask(proof)).toEqual([401, 700024])
  clock.advance(5 * minute)
  expect(await ask(proof)).toEqual([200, 'granted'])
})

test('a federated credential is refused in its first minutes, and accepted afterwards', async () => {
  const { federate, assertion, ask, clock } = await startFederated()
  expect(await ask(assertion())).toEqual([401, 70025])
  federate({ acceptedFrom: clock.now() + 3 * minute })
  expect(await ask(assertion())).toEqual([401, 70025])
  clock.advance(3 * minute)
  expect(await ask(assertion())).toEqual([200, 'granted'])
})

test('an assertion counts only with a key that the issuer publishes', async () => {
  const { federate, assertion, ask, account, publish } = await startFederated()
  federate()
  account.rotate()
  expect(await ask(assertion())).toEqual([200, 'granted'])
  publish('stale')
  expect(await ask(assertion())).toEqual([400, 50013])
  publish('none')
  expect(await ask(assertion())).toEqual([503, 50166])
})

test('an assertion whose claims were changed is refused', async () => {
  const { federate, assertion, ask } = await startFederated()
  federate()
  const [header, , signature] = String(assertion({ subject: `${subject}-2` }).client_assertion).split('.')
  const [, claims] = String(assertion().client_assertion).split('.')
  const client_assertion = `${header}.${claims}.${signature}`
  expect(await ask({ client_assertion, client_assertion_type: assertionType })).toEqual([400, 50013])
})

test('an account issues nothing until its switch is on, and nothing outside the limits of STS', () => {
  const account = new WebIdentityIssuer(new ManualClock(new Date('2026-01-01T00:00:00Z')))
  const request = { subject, audiences: [audience], algorithm: 'RS256' }
  expect(account.issue(request)).toBe('OutboundWebIdentityFederationDisabledException')
  account.enabled = true
  expect(account.issue({ ...request, durationSeconds: 59 })).toBe('ValidationError')
  expect(account.issue({ ...request, durationSeconds: 3_601 })).toBe('ValidationError')
  expect(account.issue({ ...request, audiences: [] })).toBe('ValidationError')
  expect(account.issue(request)).toMatchObject({ expiresAt: Date.parse('2026-01-01T00:05:00Z') })
})
