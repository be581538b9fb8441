// A client secret that renews itself: made, tried, given to apps, and deleted after its end; what refuses it, and policies of the tenant.

import { describe, expect, it } from 'vitest'
import { tooManyGraphRequests } from '../../../local/entra/graph-passwords.ts'
import { day, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import {
  accepts,
  clientTag,
  days,
  hours,
  policy,
  published,
  ready,
  secretsOf,
  start,
  started,
  toldOf,
} from '../../support/renewing-client.ts'
import { withoutNetwork } from '../../support/without-network.ts'

describe('a client secret that renews itself', () => {
  it('is made at once, tried by a later run, and given to apps with the next refresh', async () => {
    const e = await started()
    const [old, fresh] = secretsOf(e)
    expect(clientTag(e, 'renewal-trying')).toBe(new Date(e.clock.now()).toISOString())
    expect(fresh?.expires_at).toBe(new Date(e.clock.now() + 180 * day - 5 * minute).toISOString())
    expect(accepts(e, fresh)).toBe(false)
    e.clock.advance(9 * minute)
    expect(await e.renewClientSecrets()).toEqual({ clients: 1, made: 0, accepted: 0, failed: 0, left: 0 })
    e.clock.advance(2 * minute)
    expect(await e.renewClientSecrets()).toMatchObject({ accepted: 1, failed: 0 })
    expect(secretsOf(e).map(({ value }) => value)).toEqual([fresh?.value, old?.value])
    expect(clientTag(e, 'renewal-trying')).toBe('')
    expect(published(e)).toBe(old?.value)
    await e.tickAfter(2 * 24 * 60)
    expect(published(e)).toBe(fresh?.value)
    expect(e.problems('a')).toEqual([])
    expect(toldOf(e)).toEqual(['Client Secret Renewed'])
  })

  it('for fewer days than the one before stays the one that apps get', async () => {
    const e = await started()
    await hours(e, 2)
    await e.manageRenewal({ client: e.clientId, renewal: 'start', days: 30 })
    const made = secretsOf(e).at(-1)
    await hours(e, 4)
    expect(secretsOf(e)[0]?.value).toBe(made?.value)
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Renewed'])
  })

  it('is due 30 days before its end, and the old one is deleted a week after its own', async () => {
    const e = await started(60)
    await hours(e, 1)
    const [first] = secretsOf(e)
    expect(clientTag(e, 'renewal-due')).toBe(new Date(Date.parse(first?.expires_at ?? '') - 30 * day).toISOString())
    await days(e, 66)
    expect(secretsOf(e)).toHaveLength(2)
    await days(e, 2)
    expect(secretsOf(e).map(({ value }) => value)).toEqual([first?.value])
    // The first client secret of this app has never been stored here, so it is not touched.
    expect(e.entra.clientSecrets(e.clientId)).toHaveLength(2)
    expect(e.problems('a')).toEqual([])
  })

  it('of a year is always one that Microsoft accepts, and so is the one that apps read', async () => {
    const e = await started(60)
    for (let days = 0; days < 365; days++) {
      e.clock.advance(day - 20 * minute)
      await e.renewClientSecrets()
      e.clock.advance(20 * minute)
      await e.renewClientSecrets()
      await e.refresh()
      expect([accepts(e, secretsOf(e)[0]), e.entra.wouldAcceptClientSecret(e.clientId, published(e))]).toEqual([
        true,
        true,
      ])
    }
    expect(e.problems('a')).toEqual([])
    expect(toldOf(e).filter((one) => one !== 'Client Secret Renewed')).toEqual([])
    expect(toldOf(e).length).toBeGreaterThan(2)
    expect(secretsOf(e).length).toBeLessThan(4)
  })

  it('whose end is not known is learned from Microsoft', async () => {
    const e = await embedded({ reach: withoutNetwork, clientSecretRenewal: true })
    e.entra.updateClient(e.clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
    await e.connect('a', { publish: 'connection_values' })
    const [shown] = e.entra.clientSecrets(e.clientId)
    await start(e)
    expect(secretsOf(e)[0]).toMatchObject({
      key_id: shown?.keyId,
      expires_at: new Date(shown?.expiresAt ?? 0).toISOString(),
    })
  })

  it('costs a list and a read where nothing is due', async () => {
    const e = await started()
    await hours(e, 1)
    e.clock.advance(hour)
    expect(await e.callsDuring(() => e.renewClientSecrets())).toEqual({ ListSecrets: 1, GetSecretValue: 1 })
  })

  it('stops with one word, keeps every client secret, and the warnings come again', async () => {
    const e = await started(20)
    await hours(e, 1)
    await e.refresh()
    const before = secretsOf(e)
    expect(await e.manageRenewal({ client: e.clientId, renewal: 'stop' })).toMatchObject({
      automatic: false,
      client_secrets: 2,
    })
    expect(secretsOf(e)).toEqual(before)
    e.clock.advance(175 * day)
    await e.renewClientSecrets()
    await e.refresh()
    expect(secretsOf(e)).toHaveLength(2)
    expect(toldOf(e).at(-1)).toMatch(/^Client Secret Expiring/)
  })

  it('lets no secret into events, logs or answers', async () => {
    const e = await started(60)
    const answer = JSON.stringify(await start(e))
    await days(e, 60)
    const text = `${answer}${e.told.text()}${JSON.stringify(e.eventBus.entries)}`
    for (const { value } of secretsOf(e)) {
      expect(text).not.toContain(value.slice(0, 12))
      expect(text).not.toContain(value.slice(-12))
    }
  })
})

describe('a renewal is refused, and changes nothing,', () => {
  const refusal = async (e: Embedded, more: object = {}) => {
    const before = e.current('clients', e.clientId).versionId
    const answer = await start(e, more)
    const { secret_renewal, client_secrets } = Object(e.current('clients', e.clientId).json)
    expect(secret_renewal).toBeUndefined()
    expect(client_secrets).toHaveLength(1)
    expect(toldOf(e)).toEqual([])
    return 'refused' in answer
      ? `${answer.refused.class} ${answer.refused.code}`
      : `not refused: ${before} ${JSON.stringify(answer)}`
  }

  it('without the setting', async () => {
    expect(await refusal(await ready(400, { clientSecretRenewal: false }))).toBe('request renewal_off')
  })

  it.each([
    ['the permission', { appRoles: [] }],
    ['being its own owner', { ownsItself: false }],
  ])('without %s', async (_, change) => {
    const e = await ready()
    e.entra.updateClient(e.clientId, change)
    expect(await refusal(e)).toBe('client Authorization_RequestDenied')
  })

  it.each(['organizations', 'common', 'not a tenant', '..'])('for %s, which is no tenant', async (other) => {
    expect(await refusal(await ready(), { tenant: other })).toBe('request renewal_tenant_not_known')
  })

  it('without a tenant, where the token endpoint names none', async () => {
    const e = await ready()
    const answer = await e.manageRenewal({ client: e.clientId, renewal: 'start' })
    expect(answer).toMatchObject({ refused: { code: 'renewal_tenant_not_known' } })
  })

  it('at a tenant in which the app is not registered', async () => {
    const e = await ready()
    e.entra.addTenant({ domains: ['customer.example'] })
    expect(await refusal(e, { tenant: 'customer.example' })).toBe('request Request_ResourceNotFound')
  })

  it('where a policy of the tenant forbids client secrets', async () => {
    const e = await ready()
    policy(e, { additionForbidden: true })
    expect(await refusal(e)).toBe('policy CredentialTypeNotAllowedAsPerAppPolicy')
  })

  it('of a client at another provider, a public one, and one that is federated', async () => {
    const e = await ready()
    for (const token_endpoint_auth_method of ['none', 'aws_web_identity']) {
      await e.edit('clients', e.clientId, { token_endpoint_auth_method })
      expect(await refusal(e)).toBe('request renewal_not_possible')
    }
    const provider = { name: 'generic', rotation: 'reusable', inactivity_days: 90 }
    await e.edit('clients', e.clientId, { token_endpoint_auth_method: 'client_secret_post', provider })
    expect(await refusal(e)).toBe('request renewal_not_possible')
  })

  it('while Microsoft asks to wait, with what to type later', async () => {
    const e = await ready()
    e.faults.entra = ({ path }) => (path.includes('addPassword') ? tooManyGraphRequests(30) : undefined)
    const answer = await start(e)
    expect(answer).toMatchObject({ refused: { class: 'throttled', code: 'http_429' } })
    expect(JSON.stringify(answer)).toContain('client renew-secret')
  })
})

describe('a policy of the tenant', () => {
  it('that allows only shorter lifetimes is obeyed, and the next one is due a third of it before the end', async () => {
    const e = await ready()
    policy(e, { longestDays: 45 })
    expect(await start(e)).toMatchObject({ done: 'made', days: 180, longest_days: 30 })
    const made = secretsOf(e)[1]
    await hours(e, 1)
    expect(clientTag(e, 'renewal-due')).toBe(new Date(Date.parse(made?.expires_at ?? '') - 10 * day).toISOString())
    await days(e, 60)
    expect(accepts(e, secretsOf(e)[0])).toBe(true)
    expect(toldOf(e).filter((one) => one !== 'Client Secret Renewed')).toEqual([])
  })

  it('that forbids them later sends one message, then the warnings come, and its end sends one', async () => {
    const e = await started(60)
    await hours(e, 1)
    policy(e, { additionForbidden: true })
    await days(e, 155)
    expect(toldOf(e).slice(1)).toEqual([
      'Client Secret Not Renewed CredentialTypeNotAllowedAsPerAppPolicy',
      'Client Secret Expiring client_secret_expiring',
    ])
    expect(clientTag(e, 'renewal-failed')).toMatch(/ policy:CredentialTypeNotAllowedAsPerAppPolicy$/)
    policy(e, { additionForbidden: false })
    await hours(e, 30)
    expect(toldOf(e).slice(3)).toEqual(['Client Secret Renewed'])
    expect(clientTag(e, 'renewal-failed')).toBe('')
  })
})
