// Logins that have gone to the provider: gone after a definite answer, kept after none, and never sent twice.

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { embedded } from '../../support/embedded.ts'
import { isStored, messageOf, passwords, withConnection } from './login-support.ts'

describe('a login that the provider', () => {
  it.each([
    ['refuses for its password', { password: 'wrong' }, 'account AADSTS50126: Check user name and password'],
    [
      'refuses for its client',
      { client_secret: 'wrong' },
      'client AADSTS7000215: Run token-refresher client set-secret',
    ],
    ['refuses for its tenant', { client_id: randomUUID() }, 'client AADSTS700016: Correct the client id or the tenant'],
  ])('%s is gone after one try, and the connection is as it was', async (_, change, expected) => {
    const { e, untouched } = await withConnection()
    await e.storeLogin('a', { ...e.login, ...change })
    const sent = passwords(e)
    const message = await messageOf(e.bootstrap({ connection: 'a' }))
    expect(message).toContain(expected)
    expect(e.leaks(message + e.told.text())).toEqual([])
    expect(message).not.toContain(e.userName)
    expect(message).not.toMatch(/<connection>|<client id>/)
    expect([passwords(e), isStored(e, 'a')]).toEqual([sent + 1, false])
    untouched()
  })

  it('throttles is kept, and can be started again', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    e.entra.answerTooManyRequests()
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toMatch(/^throttled http_429: The login is kept/)
    expect(isStored(e, 'a')).toBe(true)
    expect((await e.bootstrap({ connection: 'a' })).status).toBe('healthy')
  })

  it('never got is kept, and can be started again', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    await e.servers.entra.refuseConnections()
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toMatch(/^transient ECONNREFUSED: The login is kept/)
    await e.servers.entra.acceptConnections()
    expect((await e.bootstrap({ connection: 'a' })).status).toBe('healthy')
  })

  it('may have got is kept, and not sent again until it is stored again', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    e.faults.entra = () => ({ kind: 'lose-answer' })
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toContain('Whether the login was tried is not known')
    e.faults.entra = undefined
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toMatch(/^request login_already_tried: /)
    expect([passwords(e), isStored(e, 'a')]).toEqual([1, true])
    await e.storeLogin('a', e.login)
    expect((await e.bootstrap({ connection: 'a' })).status).toBe('healthy')
  })
})
