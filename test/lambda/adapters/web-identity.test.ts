// Web identity tokens from STS: what is asked for, how long one is kept, and what each refusal becomes.

import { expect, it } from 'vitest'
import { stsWebIdentity } from '../../../lambda/adapters/web-identity.ts'
import { ManualClock } from '../../../local/clock.ts'
import { inProcess } from '../../../local/in-process.ts'
import type { LoopbackAnswer } from '../../../local/loopback-server.ts'

const minute = 60_000
const audience = 'api://AzureADTokenExchange'

const granted = (token: string): LoopbackAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
})

const refused = (code: string, status = 403): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
})

const start = (answer: (nth: number) => LoopbackAnswer) => {
  const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
  const forms: URLSearchParams[] = []
  const requestHandler = inProcess(({ body }) => {
    forms.push(new URLSearchParams(body))
    return answer(forms.length)
  })
  const credentials = { accessKeyId: 'refresh', secretAccessKey: 'not-verified' }
  const webIdentity = stsWebIdentity(clock, { region: 'eu-central-1', credentials, requestHandler, maxAttempts: 1 })
  const ask = async (fresh?: boolean) => {
    const answer = await webIdentity.token(audience, fresh)
    return answer.kind === 'token' ? answer.token.reveal() : `${answer.failure.class} ${answer.failure.code}`
  }
  return { clock, forms, ask }
}

it('asks for one audience, RS256 and 300 seconds', async () => {
  const { forms, ask } = start(() => granted('t'))
  await ask()
  expect(Object.fromEntries(forms[0] ?? [])).toMatchObject({
    Action: 'GetWebIdentityToken',
    'Audience.member.1': audience,
    SigningAlgorithm: 'RS256',
    DurationSeconds: '300',
  })
})

it('keeps a token for four minutes of its own clock, and makes a new one where that is asked for', async () => {
  const { clock, ask } = start((nth) => granted(`t${nth}`))
  expect(await Promise.all([ask(), ask()])).toEqual(['t1', 't1'])
  clock.advance(4 * minute - 1)
  expect(await ask()).toBe('t1')
  clock.advance(1)
  expect(await ask()).toBe('t2')
  expect(await ask(true)).toBe('t3')
  expect(await ask()).toBe('t3')
})

it('asks again after a failure', async () => {
  const { ask } = start((nth) => (nth === 1 ? refused('ServiceUnavailable', 503) : granted('t2')))
  expect(await ask()).toBe('transient web_identity_failed')
  expect(await ask()).toBe('t2')
})

it.each([
  ['AccessDenied', 'client web_identity_denied'],
  ['OutboundWebIdentityFederationDisabledException', 'client web_identity_disabled'],
  ['OutboundWebIdentityFederationDisabled', 'client web_identity_disabled'],
  ['SessionDurationEscalationException', 'client web_identity_denied'],
  ['Throttling', 'transient web_identity_failed'],
  ['constructor', 'transient web_identity_failed'],
])('STS %s becomes %s', async (code, failure) => {
  expect(await start(() => refused(code)).ask()).toBe(failure)
})

it('an answer without a token is a failure that may pass', async () => {
  expect(await start(() => ({ ...granted(''), body: '<GetWebIdentityTokenResponse/>' })).ask()).toBe(
    'transient web_identity_failed',
  )
})
