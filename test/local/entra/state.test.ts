// State on disk and across restarts, seeds, and a year of refreshes that neither slows down nor grows.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { Entra, type EntraOptions } from '../../../local/entra/service.ts'
import { TokenUses } from '../../../local/entra/token-uses.ts'
import { day, type Form, minute, type TokenBody } from './harness.ts'

const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'entra-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const startOn = (options: EntraOptions) => {
  const entra = new Entra(options)
  const ask = (form: Form): TokenBody => {
    const { body = '' } = entra.handle({
      method: 'POST',
      path: '/organizations/oauth2/v2.0/token',
      query: new URLSearchParams(),
      headers: {},
      body: new URLSearchParams(form).toString(),
    })
    return JSON.parse(String(body))
  }
  return { entra, ask }
}

const populate = (entra: Entra) => {
  const tenant = entra.addTenant({ domains: ['contoso.example'] })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value } = entra.addClientSecret(clientId)
  const user = entra.addUser({ tenantId: tenant.id, userName: 'sales@contoso.example' })
  const asClient: Form = { client_id: clientId, client_secret: value }
  const scope = 'Mail.ReadWrite offline_access'
  const login: Form = {
    ...asClient,
    grant_type: 'password',
    username: user.userName,
    password: user.password,
    scope,
  }
  const refresh = (refresh_token: string): Form => ({ ...asClient, grant_type: 'refresh_token', refresh_token })
  return { user, login, refresh }
}

const start = () => new ManualClock(new Date('2026-01-01T00:00:00Z'))

describe('a directory on disk', () => {
  test('keeps everything across a restart: tokens, uses, revocations', () => {
    const options = { clock: start(), directory: temporaryDirectory() }
    const before = startOn(options)
    const { user, login, refresh } = populate(before.entra)
    const [used, unused] = [before.ask(login), before.ask(login)]
    options.clock.advance(50 * day)
    const { access_token } = before.ask(refresh(used.refresh_token))
    const after = startOn(options)
    expect(after.entra.isLive(access_token)).toBe(true)
    options.clock.advance(89 * day)
    expect(after.entra.wouldAccept(unused.refresh_token)).toBe(false)
    expect(after.ask(refresh(used.refresh_token)).token_type).toBe('Bearer')
    after.entra.revokeSessions(user.userName)
    expect(startOn(options).ask(refresh(used.refresh_token)).error_codes).toEqual([50173])
  })

  test('is for its owner alone, and leaves no half-written file', () => {
    const directory = temporaryDirectory()
    const { entra, ask } = startOn({ clock: start(), directory })
    const { login, refresh } = populate(entra)
    ask(refresh(ask(login).refresh_token))
    expect(readdirSync(directory).sort()).toEqual(['entra.json', 'uses.log'])
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  })

  test('holds no token', () => {
    const directory = temporaryDirectory()
    const { entra, ask } = startOn({ clock: start(), directory })
    const { login, refresh } = populate(entra)
    const { refresh_token, access_token } = ask(login)
    ask(refresh(refresh_token))
    const kept = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
    for (const text of kept) {
      expect(text).not.toContain(refresh_token)
      expect(text).not.toContain(access_token)
    }
  })

  test('that is damaged is refused, with the name of the file and of the field', () => {
    const directory = temporaryDirectory()
    startOn({ clock: start(), directory })
    const file = join(directory, 'entra.json')
    const state = JSON.parse(readFileSync(file, 'utf8'))
    chmodSync(file, 0o600)
    writeFileSync(file, JSON.stringify({ ...state, key: 7 }))
    expect(() => startOn({ clock: start(), directory })).toThrow(/entra\.json.*"key"/)
  })

  test('a server with a seed does not repeat itself after a restart', () => {
    const options = { clock: start(), directory: temporaryDirectory(), seed: 1 }
    const first = startOn(options)
    const { login } = populate(first.entra)
    const before = first.ask(login).refresh_token
    const second = startOn(options)
    expect(second.ask(login).refresh_token).not.toBe(before)
    expect(second.entra.wouldAccept(before)).toBe(true)
  })
})

describe('a seed', () => {
  const firstAnswer = (seed?: number): TokenBody => {
    const { entra, ask } = startOn({ clock: start(), ...(seed !== undefined && { seed }) })
    return ask(populate(entra).login)
  }

  test('makes ids, tokens and lifetimes the same every time', () => {
    expect(firstAnswer(5)).toEqual(firstAnswer(5))
    expect(firstAnswer(5)).not.toEqual(firstAnswer(6))
  })

  test('is not needed: without one nothing repeats', () => {
    expect(firstAnswer().refresh_token).not.toBe(firstAnswer().refresh_token)
  })
})

describe('a long life', () => {
  test('of a year with a refresh every half hour ends each token on its day', () => {
    const clock = start()
    const { entra, ask } = startOn({ clock, seed: 3 })
    const { login, refresh } = populate(entra)
    const first = ask(login).refresh_token
    let newest = first
    for (let count = 0; count < 365 * 48; count += 1) {
      clock.advance(30 * minute)
      newest = ask(refresh(newest)).refresh_token
    }
    expect(entra.requests.get('refresh_token')).toBe(365 * 48)
    expect(entra.wouldAccept(newest)).toBe(true)
    expect(entra.wouldAccept(first)).toBe(false)
  }, 120_000)

  test('uses are forgotten once their tokens are dead', () => {
    const uses = new TokenUses(90 * day)
    for (let count = 0; count < 365; count += 1) uses.record(`token-${count}`, count * day)
    expect(uses.size).toBe(90)
    expect(uses.isIdle({ id: 'token-275', issuedAt: 0 }, 364 * day)).toBe(false)
    expect(uses.isIdle({ id: 'token-274', issuedAt: 0 }, 364 * day)).toBe(true)
  })

  test('a line that was half written when the server died is left out', () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'uses.log')
    writeFileSync(file, `whole ${5 * day}\nodd x\nhalf`)
    new TokenUses(day, directory).record('next', 5 * day)
    const again = new TokenUses(day, directory)
    const idle = ['whole', 'half', 'odd', 'next'].map((id) => again.isIdle({ id, issuedAt: 0 }, 5 * day + minute))
    expect(idle).toEqual([false, true, true, false])
  })

  test('the file of uses does not grow beyond what is needed', () => {
    const directory = temporaryDirectory()
    const uses = new TokenUses(day, directory)
    for (let count = 0; count < 5000; count += 1) uses.record(`token-${count}`, count * minute * 60)
    expect(readFileSync(join(directory, 'uses.log'), 'utf8').split('\n').length).toBeLessThan(1200)
    const again = new TokenUses(day, directory)
    expect(again.isIdle({ id: 'token-4990', issuedAt: 0 }, 5000 * minute * 60)).toBe(false)
  })
})
