// A client secret that renews itself, when something goes wrong on the way: late, refused, lost, edited, in another order.

import { describe, expect, it } from 'vitest'
import type { Room } from '../../../lambda/contract.ts'
import { storeFailure } from '../../../lambda/core/failures/failure-table.ts'
import { StoreFailure } from '../../../lambda/ports.ts'
import { tooManyGraphRequests } from '../../../local/entra/graph-passwords.ts'
import { day, type Embedded, handlersOver, hour, interposed, minute } from '../../support/embedded.ts'
import {
  accepts,
  days,
  graphOf,
  hours,
  months,
  policy,
  published,
  ready,
  type StoredSecret,
  secretsOf,
  start,
  started,
  tenant,
  toldOf,
} from '../../support/renewing-client.ts'

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
