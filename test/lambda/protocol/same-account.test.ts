// A connection keeps its account (I10): a sign-in or a refresh answer for another one changes nothing, unless a person says so.

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { withFields } from '../../../local/entra/on-demand.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

/** A second user of the same tenant. */
const anotherUser = (e: Embedded) => {
  const tenant = e.entra.addTenant({ domains: ['another.example'] })
  const userName = `${randomUUID()}@another.example`
  return { userName, password: e.entra.addUser({ tenantId: tenant.id, userName }).password }
}

const clientInfo = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const idToken = (claims: object): string => `e30.${clientInfo(claims)}.`

/** The next answer, with these fields in place of its own. */
const answerWith = (e: Embedded, fields: Record<string, unknown>, times = 1): void =>
  e.entra.shapeNext(withFields(fields), { times })

describe('a bootstrap of an existing connection', () => {
  it('as another account is refused, and changes nothing', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const before = [e.current('grants', 'a'), e.current('connections', 'a')].map(({ text }) => text)
    await expect(e.connect('a', anotherUser(e))).rejects.toThrow('account other_account')
    expect([e.current('grants', 'a'), e.current('connections', 'a')].map(({ text }) => text)).toEqual(before)
    expect(e.problems('a')).toEqual([])
    expect(e.secretsManager.namesUnder('token-refresher/logins/')).toEqual([])
  })

  it('as another account is taken where the login says so', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const first = e.current('grants', 'a').json.account
    const other = anotherUser(e)
    await e.connect('a', { ...other, another_account: true })
    expect(e.current('grants', 'a').json.account).toMatchObject({ username: other.userName })
    expect(e.current('grants', 'a').json.account).not.toEqual(first)
    expect(e.problems('a')).toEqual([])
  })

  it('as another account, whose answer does not say so, is followed by refreshes that do', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const other = anotherUser(e)
    answerWith(e, { client_info: null })
    await e.connect('a', other)
    expect(e.current('grants', 'a').json.account).toBeUndefined()
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.current('grants', 'a').json.account).toMatchObject({ id: expect.stringContaining('entra ') })
  })

  it('with the same user name keeps the account, also where the answer does not say it', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { account } = e.current('grants', 'a').json
    answerWith(e, { client_info: null })
    await e.connect('a')
    expect(e.current('grants', 'a').json.account).toEqual(account)
  })

  it('as the same account is taken, and its user name is shown', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { account } = e.current('grants', 'a').json
    await e.connect('a')
    expect(e.current('grants', 'a').json.account).toEqual(account)
    expect((await e.tags('a'))[tags.account]).toBe(e.userName)
  })

  it('by an import of another account keeps the login, which may be the only copy of its token', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    await e.connect('b', anotherUser(e))
    const { refresh_token } = e.current('grants', 'b').json
    const imported = { client_id: e.clientId, grant_type: 'refresh_token', refresh_token, scope: e.login.scope }
    await e.storeLogin('a', imported)
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow('account other_account')
    expect(e.secretsManager.namesUnder('token-refresher/logins/')).toEqual(['token-refresher/logins/a'])
  })
})

// A token lives 60 to 90 minutes, so that one of 75 minutes is due in every case.
describe('a refresh answer', () => {
  it('for another account needs a person after the second one, and the stored token stays', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { refresh_token, access_token } = e.current('grants', 'a').json
    answerWith(e, { client_info: clientInfo({ uid: randomUUID(), utid: randomUUID() }) }, 2)
    for (const minutes of [75, 5]) await e.tickAfter(minutes)
    expect(e.current('grants', 'a').json).toMatchObject({ refresh_token, access_token })
    expect(e.status('a')).toMatchObject({
      status: 'action-required',
      failure: { class: 'account', code: 'other_account' },
    })
    e.clock.advance(75 * minute)
    await e.refresh()
    expect(e.problems('a')).toEqual([])
  })

  it('fills in the account of a connection that has none', async () => {
    const e = await embedded({ reach: withoutNetwork })
    answerWith(e, { client_info: undefined })
    await e.connect('a')
    expect(e.current('grants', 'a').json).not.toHaveProperty('account')
    await e.tickAfter(75)
    expect(e.current('grants', 'a').json.account).toMatchObject({ id: expect.stringMatching(/^entra \S+ \S+$/) })
  })

  it.each([
    ['nothing', undefined],
    ['no base64', '%%%'],
    ['no JSON', clientInfo('text').slice(1)],
    ['a list', clientInfo([1])],
    ['no user', clientInfo({ utid: 'x' })],
    ['a number', 5],
  ])('whose client_info is %s is taken, and the known account stays', async (_, client_info) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { account } = e.current('grants', 'a').json
    answerWith(e, { client_info })
    await e.tickAfter(75)
    expect(e.problems('a')).toEqual([])
    expect(e.current('grants', 'a').json.account).toEqual(account)
  })

  it('that names the account in another way is no other account', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { account } = e.current('grants', 'a').json
    answerWith(e, { client_info: undefined, id_token: idToken({ iss: 'https://idp.example', sub: 'someone' }) })
    await e.tickAfter(75)
    expect(e.problems('a')).toEqual([])
    expect(e.current('grants', 'a').json.account).toEqual(account)
  })
})
