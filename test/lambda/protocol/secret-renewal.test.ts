// A client secret that renews itself: made, tried, given to apps, and deleted after its end; and what may go wrong on the way.

import { describe, expect, it } from 'vitest'
import type { Room } from '../../../lambda/contract.ts'
import { storeFailure } from '../../../lambda/core/failures/failure-table.ts'
import { StoreFailure } from '../../../lambda/ports.ts'
import { tooManyGraphRequests } from '../../../local/entra/graph-passwords.ts'
import {
  Crash,
  day,
  dying,
  type Embedded,
  embedded,
  handlersOver,
  hour,
  interposed,
  minute,
} from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const tenant = 'example.com'

interface StoredSecret {
  readonly value: string
  readonly key_id?: string
  readonly expires_at?: string
  readonly made_at?: string
  readonly accepted_at?: string
}

/** A connection whose app reads the client secret, of a client whose secret ends in `days`. */
const ready = async (days = 400, options: Parameters<typeof embedded>[0] = {}): Promise<Embedded> => {
  const e = await embedded({ reach: withoutNetwork, clientSecretRenewal: true, ...options })
  const expiresAt = e.clock.now() + days * day
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt })
  e.entra.updateClient(e.clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
  const client = { client_secret: value, client_secret_expires_at: new Date(expiresAt).toISOString() }
  await e.connect('a', { ...client, publish: 'connection_values', mode: 'keep-alive' })
  return e
}

const started = async (days?: number, options?: Parameters<typeof embedded>[0]): Promise<Embedded> => {
  const e = await ready(days, options)
  expect(await start(e)).toMatchObject({ done: 'made', automatic: true })
  return e
}

const start = (e: Embedded, more: object = {}) =>
  e.manageRenewal({ client: e.clientId, renewal: 'start', tenant, ...more })

const graphOf = ({ dependencies: { graph } }: Embedded): NonNullable<typeof graph> => {
  if (graph === undefined) throw new Error('the setting is off')
  return graph
}

const secretsOf = (e: Embedded): readonly StoredSecret[] => Object(e.current('clients', e.clientId).json.client_secrets)

const accepts = (e: Embedded, secret: StoredSecret | undefined): boolean =>
  secret !== undefined && e.entra.wouldAcceptClientSecret(e.clientId, secret.value)

const toldOf = (e: Embedded): readonly string[] =>
  e.eventBus.entries
    .filter(({ detailType }) => detailType.startsWith('Client Secret'))
    .map(({ detailType, detail }) => [detailType, Object(detail).code].filter(Boolean).join(' '))

const clientTag = (e: Embedded, tag: string): string | undefined =>
  e.secret('clients', e.clientId).tags?.get(`token-refresher:${tag}`)

const published = (e: Embedded): string => String(e.current('connections', 'a').json.client_secret)

/** Hours on the clock, with the schedule's run at the end of each, and the refresher's once a day. */
const hours = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 1; passed <= count; passed++) {
    e.clock.advance(hour)
    await e.renewClientSecrets()
    if (passed % 24 === 0) await e.refresh()
  }
}

/** Days on the clock, with a run of the schedule and one of the refresher at the end of each. */
const days = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 0; passed < count; passed++) {
    e.clock.advance(day)
    await e.renewClientSecrets()
    await e.refresh()
  }
}

/** Months on the clock, in which only the refresher runs. */
const months = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 0; passed < count; passed++) await e.tickAfter(30 * 24 * 60 + 120)
}

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

const policy = (e: Embedded, change: { additionForbidden?: boolean; longestDays?: number }): void => {
  e.entra.updateTenant(e.tenantId, { clientSecretPolicy: { id: 'policy', additionForbidden: false, ...change } })
}

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

describe('what may go wrong on the way', () => {
  it('a new client secret that is not accepted for hours is waited for', async () => {
    const e = await started()
    let late = true
    e.faults.entra = ({ body }) => {
      const fresh = secretsOf(e)[1]?.value ?? ''
      return late && body.includes('client_credentials') && body.includes(encodeURIComponent(fresh))
        ? refusedSecret
        : undefined
    }
    await hours(e, 24)
    expect(secretsOf(e)).toHaveLength(2)
    expect(toldOf(e)).toEqual([])
    late = false
    await hours(e, 1)
    expect(toldOf(e)).toEqual(['Client Secret Renewed'])
  })

  it('one that is never accepted is given up after two days, told, and made again', async () => {
    const e = await started()
    const [old, fresh] = secretsOf(e)
    e.faults.entra = ({ body }) =>
      body.includes('client_credentials') && body.includes(encodeURIComponent(fresh?.value ?? ''))
        ? refusedSecret
        : undefined
    await hours(e, 49)
    expect(secretsOf(e).map(({ value }) => value)).toEqual([old?.value])
    expect(e.entra.clientSecrets(e.clientId).map(({ keyId }) => keyId)).not.toContain(fresh?.key_id)
    expect(toldOf(e)).toEqual(['Client Secret Not Renewed new_client_secret_not_accepted'])
    expect(published(e)).toBe(old?.value)
  })

  it('one that cannot be stored is removed at Microsoft again', async () => {
    const e = await ready()
    const before = e.entra.clientSecrets(e.clientId).length
    e.faults.aws = ({ headers, body }) =>
      String(headers['x-amz-target']).endsWith('PutSecretValue') && body.includes('made_at') ? kmsDown : undefined
    await expect(start(e)).rejects.toThrow(/store/)
    expect(e.entra.clientSecrets(e.clientId)).toHaveLength(before)
    expect(secretsOf(e)).toHaveLength(1)
  })

  it('one whose answer is lost is removed at Microsoft half an hour later', async () => {
    const e = await ready()
    const before = e.entra.clientSecrets(e.clientId).length
    let lost = 0
    const graph = graphOf(e)
    const losing: typeof graph = {
      ...graph,
      add: async (app, wanted) => {
        const answer = await graph.add(app, wanted)
        return lost++ > 0 ? answer : { kind: 'failed', failure: { class: 'transient', code: 'timeout', remedy: '' } }
      },
    }
    const { manageRenewal } = handlersOver({ ...e.dependencies, graph: losing })
    expect(await manageRenewal({ client: e.clientId, renewal: 'start', tenant })).toMatchObject({
      refused: { code: 'timeout' },
    })
    expect(e.entra.clientSecrets(e.clientId)).toHaveLength(before + 1)
    e.clock.advance(31 * minute)
    await start(e)
    expect(e.entra.clientSecrets(e.clientId)).toHaveLength(before + 1)
    expect(secretsOf(e)).toHaveLength(2)
  })

  it('client secrets that others have made are never removed', async () => {
    const e = await started(60)
    const { keyId } = e.entra.addClientSecret(e.clientId, {
      expiresAt: e.clock.now() + 5 * day,
      displayName: 'by hand',
    })
    await days(e, 180)
    expect(e.entra.clientSecrets(e.clientId).map((one) => one.keyId)).toContain(keyId)
  })

  it('an operator who sets a client secret by hand has it stay first', async () => {
    const e = await started(60)
    await hours(e, 1)
    const { value } = e.entra.addClientSecret(e.clientId)
    const login = { client_id: e.clientId, client_secret: value }
    await e.storeLogin('by-hand', login)
    await e.changeClientSecret({ client: e.clientId, login: 'token-refresher/logins/by-hand', connection: 'a' })
    expect(secretsOf(e).map((one) => one.value)).toEqual([value])
    await hours(e, 3)
    const shown = e.entra.clientSecrets(e.clientId).at(-1)
    expect(secretsOf(e)).toEqual([
      { value, key_id: shown?.keyId, expires_at: new Date(shown?.expiresAt ?? 0).toISOString() },
    ])
    expect(e.status('a').status).toBe('healthy')
  })

  it('throttling and outages of Microsoft Graph send no message, and the next run goes on', async () => {
    const e = await started(60)
    await hours(e, 1)
    e.faults.entra = ({ path }) => (path.startsWith('/v1.0/applications') ? tooManyGraphRequests(30) : undefined)
    await days(e, 151)
    expect(toldOf(e)).toEqual(['Client Secret Renewed'])
    e.faults.entra = undefined
    await hours(e, 2)
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Renewed'])
  })

  it('one that was deleted at Microsoft by hand is forgotten, and the next one is made in time', async () => {
    const e = await started(60)
    await hours(e, 1)
    await e.tickAfter(26 * 60)
    const [deleted, old] = secretsOf(e)
    e.entra.removeClientSecret(e.clientId, deleted?.key_id ?? '')
    await e.tickAfter(26 * 60)
    expect(secretsOf(e)[0]?.value).toBe(old?.value)
    await hours(e, 1)
    expect(secretsOf(e).map(({ value }) => value)).toEqual([old?.value])
    await days(e, 30)
    expect(accepts(e, secretsOf(e)[0])).toBe(true)
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Renewed'])
  })

  it('one that is listed and was accepted, and is refused for days, does not delay the next one', async () => {
    const e = await started(40)
    await hours(e, 1)
    const [stuck] = secretsOf(e)
    await e.tickAfter(50 * 60)
    e.faults.entra = ({ body }) => (body.includes(encodeURIComponent(stuck?.value ?? '')) ? refusedSecret : undefined)
    await e.tickAfter(26 * 60)
    await days(e, 8)
    const [first, ...others] = secretsOf(e)
    expect(others.map(({ value }) => value)).toContain(stuck?.value)
    expect([accepts(e, first), first?.made_at !== undefined]).toEqual([true, true])
    expect(e.entra.clientSecrets(e.clientId).map(({ keyId }) => keyId)).toContain(stuck?.key_id)
  })

  it.each([
    ['20 days', 20 * day, 1],
    ['an hour', hour, 0],
    ['none', -day, 0],
  ])(
    'one that gets %s in place of the wanted lifetime is not made again in every run',
    async (_, lifetime, accepted) => {
      const e = await started(60)
      await hours(e, 1)
      await months(e, 5)
      const graph = graphOf(e)
      const { renewClientSecrets } = handlersOver({
        ...e.dependencies,
        graph: {
          ...graph,
          add: async (app, wanted) => {
            const answer = await graph.add(app, wanted)
            const end = new Date(e.clock.now() + lifetime)
            return answer.kind === 'done' ? { ...answer, value: { ...answer.value, end } } : answer
          },
        },
      })
      const ours = () =>
        e.entra.clientSecrets(e.clientId).filter(({ displayName = '' }) => displayName.startsWith('token-refresher '))
      for (let runs = 0; runs < 24; runs++) {
        e.clock.advance(hour)
        await renewClientSecrets()
      }
      expect(ours()).toHaveLength(1 + accepted)
      expect(toldOf(e)).toHaveLength(1 + accepted)
    },
  )

  it('a shorter lifetime that an operator wants takes effect, once', async () => {
    const e = await started(60)
    await hours(e, 1)
    const [longer] = secretsOf(e)
    await start(e, { days: 30 })
    await hours(e, 5)
    expect(Date.parse(secretsOf(e)[0]?.expires_at ?? '')).toBeLessThan(Date.parse(longer?.expires_at ?? ''))
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Renewed'])
  })

  const turnOff = async (e: Embedded): Promise<void> => {
    await e.manageRenewal({ client: e.clientId, renewal: 'stop' })
  }
  const retireAll = async (e: Embedded): Promise<void> => {
    const change = { token_endpoint_auth_method: 'aws_web_identity', client_secrets: [], secret_renewal: undefined }
    await e.edit('clients', e.clientId, change)
  }
  it.each([
    ['at its time while the renewal was turned off', turnOff, 'due'],
    ['at its time while all client secrets were retired', retireAll, 'due'],
    ['at the start while all client secrets were retired', retireAll, 'start'],
  ] as const)('one that was made %s is not stored, and is removed at Microsoft again', async (_, change, run) => {
    const e = run === 'start' ? await ready() : await started(60)
    if (run === 'due') {
      await hours(e, 1)
      await months(e, 5)
    }
    const graph = graphOf(e)
    let left: readonly StoredSecret[] | undefined
    const { manageRenewal, renewClientSecrets } = handlersOver({
      ...e.dependencies,
      graph: {
        ...graph,
        add: async (app, wanted) => {
          const answer = await graph.add(app, wanted)
          await change(e)
          left = secretsOf(e)
          return answer
        },
      },
    })
    const listed = e.entra.clientSecrets(e.clientId).length
    if (run === 'due') await renewClientSecrets()
    else await manageRenewal({ client: e.clientId, renewal: 'start', tenant })
    expect(secretsOf(e)).toEqual(left)
    expect(e.current('clients', e.clientId).json.secret_renewal).toBeUndefined()
    expect(e.entra.clientSecrets(e.clientId)).toHaveLength(listed)
  })

  it('a failure does not count as over when a person takes the renewal out of the record', async () => {
    const e = await started(60)
    await hours(e, 1)
    policy(e, { additionForbidden: true })
    await months(e, 5)
    await e.renewClientSecrets()
    const told = toldOf(e)
    expect(told.at(-1)).toBe('Client Secret Not Renewed CredentialTypeNotAllowedAsPerAppPolicy')
    await e.edit('clients', e.clientId, { secret_renewal: undefined })
    await e.renewClientSecrets()
    expect(toldOf(e)).toEqual(told)
  })

  it('two refusals that alternate send one message each', async () => {
    const e = await started(60)
    await hours(e, 1)
    await months(e, 5)
    let asked = 0
    e.faults.entra = ({ path }) => (path.endsWith('/addPassword') ? refusedByGraph(`Reason${asked++ % 2}`) : undefined)
    await hours(e, 6)
    expect(asked).toBe(6)
    expect(toldOf(e).slice(1)).toEqual(['Client Secret Not Renewed Reason0', 'Client Secret Not Renewed Reason1'])
  })

  it('a list of clients that breaks off does not stop those that were listed', async () => {
    const e = await started()
    e.clock.advance(hour)
    let pages = 0
    const failing = interposed(e.dependencies, (call, run) => {
      if (call === 'list' && pages++ > 0) throw new StoreFailure(storeFailure('AccessDeniedException'), false)
      return run()
    })
    const { list } = failing.store
    const store = { ...failing.store, list: async (room: Room) => ({ ...(await list(room)), next: 'more' }) }
    await expect(handlersOver({ ...failing, store }).renewClientSecrets()).rejects.toThrow(/AccessDenied/)
    expect(toldOf(e)).toEqual(['Client Secret Renewed'])
  })

  it('an old client secret whose end is not known does not hide the end of the new one', async () => {
    const e = await ready()
    const bare = { value: secretsOf(e)[0]?.value }
    await e.edit('clients', e.clientId, { client_secrets: [bare] })
    // Another one begins like it, so the list of Microsoft does not say which it is.
    const graph = graphOf(e)
    const { manageRenewal } = handlersOver({
      ...e.dependencies,
      graph: { ...graph, list: async () => ({ kind: 'done', value: [] }) },
    })
    await manageRenewal({ client: e.clientId, renewal: 'start', tenant })
    await hours(e, 1)
    expect(secretsOf(e)[1]).toEqual(bare)
    e.faults.entra = ({ path }) => (path.startsWith('/v1.0/applications') ? tooManyGraphRequests(30) : undefined)
    for (let days = 0; days < 153; days++) await e.tickAfter(24 * 60)
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Expiring client_secret_expiring'])
  })

  it('a record with nonsense in the fields of the renewal still serves its connections', async () => {
    const e = await started()
    const [old, fresh] = secretsOf(e)
    const secrets = [old, { ...fresh, key_id: 7, made_at: 'yesterday', accepted_at: {} }]
    await e.edit('clients', e.clientId, { client_secrets: secrets, secret_renewal: { tenant: '', days: 'many' } })
    await e.tickAfter(2 * 24 * 60)
    expect(e.problems('a')).toEqual([])
    expect(await e.renewClientSecrets()).toMatchObject({ failed: 0 })
  })

  it('one that an operator has retired here stays at Microsoft, because apps may still read it', async () => {
    const e = await started(60)
    await hours(e, 1)
    await e.tickAfter(25 * 60)
    const [ours] = secretsOf(e)
    const { value } = e.entra.addClientSecret(e.clientId)
    await e.connect('b', { client_secret: ours?.value, publish: 'connection_values', mode: 'keep-alive' })
    await e.storeLogin('by-hand', { client_id: e.clientId, client_secret: value })
    await e.changeClientSecret({ client: e.clientId, login: 'token-refresher/logins/by-hand', connection: 'a' })
    await start(e)
    await hours(e, 6)
    const read = String(e.current('connections', 'b').json.client_secret)
    expect(e.entra.wouldAcceptClientSecret(e.clientId, read)).toBe(true)
  })

  it('a defect with one client leaves the others their turn, and fails the run', async () => {
    const e = await started()
    const other = e.entra.addClient({ tenantId: e.tenantId, multiTenant: true })
    e.entra.updateClient(other.clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
    const { value } = e.entra.addClientSecret(other.clientId)
    await e.connect('b', { client_id: other.clientId, client_secret: value, another_account: true })
    await e.manageRenewal({ client: other.clientId, renewal: 'start', tenant })
    e.clock.advance(hour)
    const { tokenEndpoint } = e.dependencies
    const { renewClientSecrets } = handlersOver({
      ...e.dependencies,
      tokenEndpoint: {
        redeem: async (request) => {
          if (request.client.client_id === e.clientId) throw new TypeError('a defect')
          return tokenEndpoint.redeem(request)
        },
      },
    })
    await expect(renewClientSecrets()).rejects.toThrow('a defect')
    const [first] = Object(e.current('clients', other.clientId).json).client_secrets
    expect(first.accepted_at).toBeDefined()
  })

  it('two runs at once leave client secrets that are accepted', async () => {
    const e = await started(60)
    await hours(e, 1)
    await months(e, 5)
    await Promise.all([e.renewClientSecrets(), e.renewClientSecrets()])
    await hours(e, 5)
    expect(toldOf(e)).toEqual(['Client Secret Renewed', 'Client Secret Renewed'])
    expect(accepts(e, secretsOf(e)[0])).toBe(true)
    await e.tickAfter(25 * 60)
    expect(e.problems('a')).toEqual([])
  })
})

const refusedSecret = {
  kind: 'answer',
  answer: {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: 'invalid_client', error_codes: [7000215] }),
  },
} as const

const refusedByGraph = (code: string) =>
  ({
    kind: 'answer',
    answer: {
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code, message: 'No.' } }),
    },
  }) as const

const kmsDown = {
  kind: 'answer',
  answer: {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'EncryptionFailure', message: 'KMS' }),
  },
} as const

/** What must be true at every moment, also after a crash. */
const wrongNow = (e: Embedded): readonly string[] => {
  const stored = secretsOf(e)
  const wrong = {
    'the first client secret is not accepted': !accepts(e, stored[0]),
    'the client secret that apps read is not accepted': !e.entra.wouldAcceptClientSecret(e.clientId, published(e)),
  }
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [what] : []))
}

type Moment = readonly [what: string, prepare: () => Promise<Embedded>, run: 'start' | 'due']

const moments: readonly Moment[] = [
  ['the start', () => ready(60), 'start'],
  [
    'a trial',
    async () => {
      const e = await started(60)
      e.clock.advance(hour)
      return e
    },
    'due',
  ],
  [
    'a renewal that is due',
    async () => {
      const e = await started(60)
      await hours(e, 1)
      await months(e, 5)
      return e
    },
    'due',
  ],
  [
    'a deletion',
    async () => {
      const e = await started(60)
      await hours(e, 1)
      await e.tickAfter(26 * 60)
      await months(e, 2)
      e.clock.advance(9 * day)
      return e
    },
    'due',
  ],
]

describe('a run that dies', () => {
  const cases = moments.flatMap(([what, prepare, run]) =>
    (['before', 'after'] as const).map((when) => [when, what, prepare, run] as const),
  )
  it.each(cases)(
    '%s any one of its calls in %s leaves an accepted client secret, and nothing at Microsoft that is not stored',
    { timeout: 120_000 },
    async (when, _, prepare, run) => {
      const runIn = (e: Embedded, handlers: ReturnType<typeof dying>) =>
        run === 'start'
          ? handlers.manageRenewal({ client: e.clientId, renewal: 'start', tenant })
          : handlers.renewClientSecrets()
      const counted = await prepare()
      const { calls, ...handlers } = dying(counted.dependencies, Number.POSITIVE_INFINITY, 'before')
      await runIn(counted, { calls, ...handlers })
      const wrong: Record<string, unknown> = {}
      for (const [at, call] of calls.entries()) {
        const e = await prepare()
        await expect(runIn(e, dying(e.dependencies, at, when))).rejects.toThrow(Crash)
        const found = [...wrongNow(e)]
        if (run === 'start') await start(e)
        for (let runs = 0; runs < 4; runs++) {
          e.clock.advance(hour)
          await e.renewClientSecrets()
          found.push(...wrongNow(e))
        }
        await e.tickAfter(25 * 60)
        found.push(...wrongNow(e), ...e.problems('a'))
        const ours = e.entra.clientSecrets(e.clientId).filter(({ displayName }) => displayName !== undefined)
        const keys = secretsOf(e).map(({ key_id }) => key_id)
        const lost = ours.filter(({ keyId, madeAt = 0 }) => !keys.includes(keyId) && madeAt < e.clock.now() - 2 * hour)
        // An orphan is found when the next step asks Microsoft.
        if (lost.length > 0) {
          await months(e, 5)
          await hours(e, 3)
          const still = e.entra.clientSecrets(e.clientId).map(({ keyId }) => keyId)
          if (lost.some(({ keyId }) => still.includes(keyId))) found.push('a client secret is left at Microsoft')
        }
        if (found.length > 0) wrong[`${at} ${call}`] = found
      }
      expect(wrong).toEqual({})
    },
  )
})
