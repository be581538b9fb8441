// What a link, a state and a cookie are worth when they are not as they should be, under the deployed permissions.

import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { titleIn } from '../../local/owner.ts'
import { plain } from '../permissions/deployment.ts'
import { day, startWorld } from '../permissions/world.ts'
import { comeBack, eventOf, press, redirectUri, signInAt, walk } from '../support/sign-in-walk.ts'

const linkOf = (answer: object): string => ('link' in answer && typeof answer.link === 'string' ? answer.link : '')

const prepared = async () => {
  const world = await startWorld(plain)
  onTestFinished(() => world.close())
  world.entra.updateClient(world.login.client_id, { redirectUris: [redirectUri] })
  await world.connect('a')
  const link = async (days = 3) => linkOf(await world.bootstrap({ connection: 'a', link: { days, by: 'anna' } }))
  const open = async (address: string) =>
    titleIn((await world.page(eventOf({ query: new URL(address).search.slice(1) }))).body)
  const generation = () => world.value('connections', 'a').generation
  const another = () => {
    const tenantId = world.entra.addTenant({ domains: [`${randomUUID()}.example`] }).id
    const userName = `b@${randomUUID()}.example`
    const { password } = world.entra.addUser({ tenantId, userName })
    return { username: userName, password }
  }
  return { ...world, page: world.page, link, open, generation, another }
}

describe('a link', () => {
  test('can be opened ten times before, by a mail scanner for example', async () => {
    const { link, open, page, login, generation } = await prepared()
    const address = await link()
    for (let times = 0; times < 10; times++) expect(await open(address)).toBe('Sign in for a')
    expect(generation()).toBe(1)
    expect(titleIn((await walk(page, address, login)).body)).toBe('Done')
    expect(generation()).toBe(2)
  })

  test('is void after a sign-in, after a newer link, and after its last day', async () => {
    const { link, open, page, login, clock } = await prepared()
    const [first, second] = [await link(), await link()]
    expect(await open(first)).toBe('This link can no longer be used')
    await walk(page, second, login)
    expect(await open(second)).toBe('Already done')
    const third = await link(1)
    clock.advance(day - 1000)
    expect(await open(third)).toBe('Sign in for a')
    clock.advance(1000)
    expect(await open(third)).toBe('This link has expired')
  })

  test('is nothing when a character was changed', async () => {
    const { link, open, generation } = await prepared()
    const address = await link()
    const at = address.length - 60
    const changed = `${address.slice(0, at)}${address[at] === 'A' ? 'B' : 'A'}${address.slice(at + 1)}`
    expect(await open(changed)).toBe('This link does not work')
    expect(await open(address.slice(0, -1))).toBe('This link does not work')
    expect(generation()).toBe(1)
  })
})

describe('a sign-in', () => {
  test('as another account changes nothing, and the link stays good', async () => {
    const { link, open, page, login, generation, another, value } = await prepared()
    const before = value('connections', 'a')
    const address = await link()
    expect(titleIn((await walk(page, address, another())).body)).toBe('That was another account')
    expect(value('connections', 'a')).toEqual(before)
    expect(await open(address)).toBe('Sign in for a')
    expect(titleIn((await walk(page, address, login)).body)).toBe('Done')
    expect(generation()).toBe(2)
  })

  test('that began in another browser is not completed', async () => {
    const { link, page, login, generation } = await prepared()
    const { address } = await press(page, await link())
    const query = await signInAt(address, login)
    expect(titleIn((await comeBack(page, query, [])).body)).toBe('This sign-in began in another browser')
    const other = [`__Host-sign-in=${randomUUID()}`]
    expect(titleIn((await comeBack(page, query, other)).body)).toBe('This sign-in began in another browser')
    expect(generation()).toBe(1)
  })

  test('in two tabs of a browser at once is completed in the first, and the second says so', async () => {
    const { link, page, login, generation } = await prepared()
    const address = await link()
    const one = await press(page, address)
    const two = await press(page, address, one.cookies)
    const query = await signInAt(two.address, login)
    expect(titleIn((await comeBack(page, await signInAt(one.address, login), one.cookies)).body)).toBe('Done')
    expect(titleIn((await comeBack(page, query, one.cookies)).body)).toBe('Already done')
    expect(generation()).toBe(2)
  })

  test('is completed once, and a reload changes nothing', async () => {
    const { link, page, login, generation } = await prepared()
    const { address, cookies } = await press(page, await link())
    const query = await signInAt(address, login)
    expect(titleIn((await comeBack(page, query, cookies)).body)).toBe('Done')
    expect(titleIn((await comeBack(page, query, cookies)).body)).toBe('Already done')
    expect(generation()).toBe(2)
  })

  test('with a state that is not ours stores no login', async () => {
    const { link, page, login, generation, guard } = await prepared()
    const { address, cookies } = await press(page, await link())
    const query = new URLSearchParams(await signInAt(address, login))
    const state = query.get('state') ?? ''
    query.set('state', `${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}`)
    expect(titleIn((await comeBack(page, query.toString(), cookies)).body)).toBe('This link does not work')
    expect(generation()).toBe(1)
    expect([...guard.used]).not.toContain('signIn: secretsmanager:CreateSecret on logins')
  })

  test('a sign-in that the person cancels gets a page of its own', async () => {
    const { link, page, generation } = await prepared()
    const { address, cookies } = await press(page, await link())
    const state = new URL(address).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', error_description: 'AADSTS65004: declined', state })
    expect(titleIn((await comeBack(page, query.toString(), cookies)).body)).toBe('You did not sign in')
    expect(generation()).toBe(1)
  })
})
