// Which step a client whose secret renews itself takes, and when.

import { describe, expect, it } from 'vitest'
import { lifetimesToAsk, nextStep, renewalDue, renewalTrying } from '../../../../lambda/core/renewal/plan.ts'
import type { Client, ClientSecret, Renewal } from '../../../../lambda/core/secrets/client.ts'
import { day, hour, later, minute, noon, redacted, sampleClient } from '../../../support/core-samples.ts'

const renewal: Renewal = { tenant: 'example.com', days: 180 }

const secret = (days: number | undefined, more: Partial<ClientSecret> = {}): ClientSecret => ({
  value: redacted('client-secret'),
  ...(days !== undefined && { expires_at: later(days * day) }),
  ...more,
})

const client = (client_secrets: readonly ClientSecret[], change: Partial<Client> = {}): Client =>
  sampleClient({ client_secrets: [...client_secrets], secret_renewal: renewal, ...change })

const stepOf = (one: Client, now = noon) => nextStep(one, now.getTime()).kind

const madeAt = (milliseconds: number): Partial<ClientSecret> => ({ made_at: later(milliseconds), key_id: 'key' })

describe('the next step', () => {
  const cases: readonly (readonly [string, Client, string])[] = [
    ['nothing before the last 30 days', client([secret(31)]), 'wait'],
    ['a new one in the last 30 days', client([secret(30)]), 'make'],
    ['a new one after the end', client([secret(-3)]), 'make'],
    ['a new one where the end is not known', client([secret(undefined)]), 'make'],
    ['nothing ten minutes after it was made', client([secret(5), secret(180, madeAt(-9 * minute))]), 'wait'],
    ['a trial after them', client([secret(5), secret(180, madeAt(-10 * minute))]), 'try'],
    ['a trial of one that a refresh has put first', client([secret(180, madeAt(-hour)), secret(5)]), 'try'],
    [
      'a trial of one that a refresh has moved back',
      client([secret(5), secret(180, { ...madeAt(-day), accepted_at: later(-hour) })]),
      'try',
    ],
    [
      'nothing where the one that apps get lives longer',
      client([secret(400), secret(180, { ...madeAt(-day), accepted_at: later(-hour) })]),
      'wait',
    ],
    [
      'nothing for one that is older than the one that apps get, whether it lives longer',
      client([secret(100, { ...madeAt(-day), accepted_at: later(-hour) }), secret(180, madeAt(-2 * day))]),
      'wait',
    ],
    [
      'or was accepted',
      client([
        secret(100, { ...madeAt(-day), accepted_at: later(-hour) }),
        secret(180, { ...madeAt(-2 * day), accepted_at: later(-day) }),
      ]),
      'wait',
    ],
    ['a new one, beside one that was made in the future', client([secret(5), secret(180, madeAt(40 * day))]), 'make'],
    [
      'nothing ten minutes after it was made by a clock ahead',
      client([secret(5), secret(180, madeAt(minute))]),
      'wait',
    ],
    ['nothing in the week after the end of an old one', client([secret(150), secret(-6)]), 'wait'],
    ['a deletion after that week', client([secret(150), secret(-8)]), 'delete'],
    ['nothing for an old one whose end is not known', client([secret(150), secret(undefined)]), 'wait'],
    [
      'a deletion where a crash may have left one',
      client([secret(150)], { making: [{ display_name: 'name', at: noon }] }),
      'delete',
    ],
    ['nothing without the renewal', client([secret(1)], { secret_renewal: undefined }), 'wait'],
    ['nothing for a federated client', client([secret(1)], { token_endpoint_auth_method: 'aws_web_identity' }), 'wait'],
    ['nothing for a public client', client([], { token_endpoint_auth_method: 'none' }), 'wait'],
  ]
  it.each(cases)('is %s', (_, one, step) => expect(stepOf(one)).toBe(step))

  it('tries the newest of several first', () => {
    const older = secret(100, madeAt(-2 * hour))
    const newer = secret(180, madeAt(-hour))
    expect(nextStep(client([secret(5), newer, older]), noon.getTime())).toMatchObject({ kind: 'try', secret: newer })
  })

  it('calls one hopeless that was not accepted in two days, or was more than two days ago', () => {
    const hopeless = (more: Partial<ClientSecret>) =>
      nextStep(client([secret(5), secret(170, { ...madeAt(-3 * day), ...more })]), noon.getTime())
    expect(hopeless({})).toMatchObject({ hopeless: true })
    expect(hopeless({ accepted_at: later(-2 * day) })).toMatchObject({ hopeless: false })
    expect(hopeless({ accepted_at: later(-2 * day - 1) })).toMatchObject({ hopeless: true })
  })
})

describe('the time of the next renewal', () => {
  it.each([
    [180, undefined, 30],
    [90, undefined, 30],
    [60, undefined, 20],
    [180, 30, 10],
    [7, 90, 7 / 3],
  ])('of %d days, of which a policy allows %s, is %d days before the end', (days, longest_days, before) => {
    const due = renewalDue(client([secret(100)], { secret_renewal: { tenant: 'a', days, longest_days } }))
    expect(due?.getTime()).toBeCloseTo(later((100 - before) * day).getTime(), -1)
  })

  it.each([
    ['a third of the lifetime that the provider gave, if that is shorter', later(-10 * day), 10],
    ['the usual one where that is longer', later(-300 * day), 30],
    ['the usual one where it was made after its end', later(40 * day), 30],
  ])('is %s', (_, made_at, before) => {
    const due = renewalDue(client([secret(20, { made_at })]))
    expect(due).toEqual(later((20 - before) * day))
  })

  it('is a time that a tag can hold also where no end is known', () => {
    expect(renewalDue(client([secret(undefined)]))).toEqual(new Date(0))
  })
})

describe('the client secret that is tried next', () => {
  it.each([
    ['none', [secret(100), secret(30)], undefined],
    ['a new one that ends before the old one', [secret(700), { ...secret(180), made_at: noon }], noon],
    [
      'none after it was accepted',
      [{ ...secret(180), made_at: noon, accepted_at: later(hour) }, secret(700)],
      undefined,
    ],
  ])('is %s', (_, secrets, made) => {
    expect(renewalTrying(client(secrets))).toEqual(made)
    expect(renewalTrying(client(secrets, { secret_renewal: undefined }))).toBeUndefined()
  })
})

it('asks for shorter lifetimes after the wanted one, and for none that is longer', () => {
  expect(lifetimesToAsk(180)).toEqual([180, 90, 60, 30, 14, 7, 3])
  expect(lifetimesToAsk(45)).toEqual([45, 30, 14, 7, 3])
  expect(lifetimesToAsk(3)).toEqual([3])
})
