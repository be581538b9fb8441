// Habits: what a provider can be reported to answer, to whom, how often, in which envelope, and how fast.

import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { Agent } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type EnvelopeName, envelopeNames } from '../../../local/entra/habits/envelopes.ts'
import { type WrittenTime, writtenTimeNames } from '../../../local/entra/habits/times.ts'
import { otherWordNames, otherWords } from '../../../local/entra/habits/words.ts'
import { type Form, startWithUser, type TestEntra, type TokenBody } from './harness.ts'

const patience = { connect: { timeout: 1_000 }, headersTimeout: 200, bodyTimeout: 200 }

/** The bytes as they are sent: `fetch` would decompress them. */
const rawAsk = async ({ url }: TestEntra, form: Form) => {
  const agent = new Agent(patience)
  onTestFinished(() => agent.destroy())
  const { statusCode, headers, body } = await agent.request({
    origin: url,
    path: '/organizations/oauth2/v2.0/token',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  return { status: statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) }
}

/** A user of a tenant of its own, signed in at `organizations`. */
const userElsewhere = async ({ entra, ask, passwordForm, refresh }: TestEntra, domain: string) => {
  const { id: tenantId } = entra.addTenant({ domains: [domain] })
  const { userName, password } = entra.addUser({ tenantId, userName: `sales@${domain}` })
  const { refresh_token } = (await ask(passwordForm({ username: userName, password }))).body
  return { tenantId, userName, refresh_token, refresh: () => refresh(refresh_token) }
}

describe('a tenant of several', () => {
  test.each([
    { state: 'disabled', code: 7000112 },
    { state: 'removed', code: 700016 },
    { state: 'resource-disabled', code: 500014 },
    { state: 'not-consented', code: 65001 },
    { state: 'assignment-required', code: 50105 },
  ] as const)('whose administrator makes the app $state is refused $code, and no other', async ({ state, code }) => {
    const running = await startWithUser()
    const { entra, client } = running
    const [one, other] = [await userElsewhere(running, 'a.example'), await userElsewhere(running, 'b.example')]
    entra.setTenantApp({ tenantId: one.tenantId, clientId: client.clientId, state })
    expect((await one.refresh()).body.error_codes).toEqual([code])
    expect((await other.refresh()).status).toBe(200)
    expect([one, other].map(({ refresh_token }) => entra.wouldAccept(refresh_token))).toEqual([false, true])
    entra.setTenantApp({ tenantId: one.tenantId, clientId: client.clientId })
    expect((await one.refresh()).status).toBe(200)
  })

  test('throttles its own users until it ends', async () => {
    const running = await startWithUser()
    const [one, other] = [await userElsewhere(running, 'a.example'), await userElsewhere(running, 'b.example')]
    const throttle = { kind: 'throttle', retryAfterSeconds: 120 } as const
    const end = running.entra.habits.add(throttle, { times: 'always', when: { tenantId: 'A.example' } })
    const form = running.refreshForm(one.refresh_token)
    for (let count = 0; count < 3; count++) {
      const { status, headers } = await rawAsk(running, form)
      expect([status, headers['retry-after']]).toEqual([429, '120'])
    }
    expect((await other.refresh()).status).toBe(200)
    end()
    expect((await one.refresh()).status).toBe(200)
  })
})

describe('an odd answer', () => {
  test('comes after as many usual ones as said, as often as said, to whom it is said', async () => {
    const running = await startWithUser()
    const { entra, user, refresh, signIn } = running
    const { refresh_token } = await signIn()
    const other = await userElsewhere(running, 'b.example')
    const occasion = { after: 1, times: 2, when: { userName: user.userName } }
    entra.habits.add({ kind: 'refuse', code: 7000215, retryAfterSeconds: 5 }, occasion)
    const statuses: number[] = []
    for (let count = 0; count < 4; count++) statuses.push((await refresh(refresh_token)).status)
    expect(statuses).toEqual([200, 401, 401, 200])
    expect((await other.refresh()).status).toBe(200)
    expect(entra.habits.any).toBe(false)
  })

  test('of two that come to one request, the second waits for the next', async () => {
    const { entra, refresh, signIn } = await startWithUser()
    const { refresh_token } = await signIn()
    entra.habits.add({ kind: 'refuse', code: 53003 })
    entra.habits.add({ kind: 'refuse', code: 50057 })
    const codes = [await refresh(refresh_token), await refresh(refresh_token)].map(({ body }) => body.error_codes)
    expect(codes).toEqual([[53003], [50057]])
  })

  test.each(otherWordNames)('of another provider is as it was seen: %s', async (as) => {
    const running = await startWithUser()
    running.entra.habits.add({ kind: 'say', as, headers: { 'retry-after': '7' } })
    const { status, bytes, headers } = await rawAsk(running, running.passwordForm())
    expect([status, bytes.toString(), headers['retry-after']]).toEqual([
      otherWords[as].status,
      otherWords[as].body,
      '7',
    ])
    expect((await rawAsk(running, running.passwordForm())).status).toBe(200)
  })

  test('has no token spent, and a changed one has', async () => {
    const { entra, refresh, signIn } = await startWithUser({ inactivityDays: 90 })
    const { refresh_token } = await signIn()
    entra.habits.add({ kind: 'answer', status: 200, body: '{}' })
    expect((await refresh(refresh_token)).body).toEqual({})
    entra.habits.add({ kind: 'fields', set: { ok: true }, without: ['token_type', 'access_token'] })
    const { body } = await refresh(refresh_token)
    expect(Object.keys(body)).toEqual(['scope', 'expires_in', 'ext_expires_in', 'refresh_token', 'ok'])
    expect(entra.wouldAccept(body.refresh_token)).toBe(true)
  })
})

describe('a lifetime', () => {
  const seconds = 3600
  const end = Date.parse('2026-01-01T01:00:00Z')
  const expected: Readonly<Record<WrittenTime, unknown>> = {
    null: null,
    empty: '',
    text: '3600',
    fraction: 3599.5,
    words: '3600 seconds',
    iso: '2026-01-01T01:00:00.000Z',
    unix: end / 1000,
    'unix-text': String(end / 1000),
    'unix-milliseconds': end,
    milliseconds: 3_600_000,
    zero: 0,
    negative: -3600,
    huge: 1e15,
    'not-a-number': 'NaN',
    array: [3600],
    boolean: true,
  }
  const options = { accessTokenLifetimeMinutes: { shortest: seconds / 60, longest: seconds / 60 } }

  test.each(writtenTimeNames)('is written as %s', async (as) => {
    const { entra, signIn } = await startWithUser(options)
    entra.habits.add({ kind: 'lifetime', as })
    expect((await signIn()).expires_in).toEqual(expected[as])
  })

  test('stands beside another, and of the refresh token', async () => {
    const { entra, signIn } = await startWithUser(options)
    entra.habits.add({ kind: 'lifetime', as: 'milliseconds', beside: 'expires_in_sec' })
    expect(await signIn()).toMatchObject({ expires_in: 3_600_000, expires_in_sec: 3600 })
    entra.habits.add({ kind: 'lifetime', as: 'zero', field: 'refresh_expires_in' })
    expect(await signIn()).toMatchObject({ expires_in: 3600, refresh_expires_in: 0 })
  })
})

describe('an envelope', () => {
  const swapped = (bytes: Buffer): string => Buffer.from(bytes).swap16().toString('utf16le')
  const plain = (bytes: Buffer): string => bytes.toString()
  const opened: Readonly<Record<EnvelopeName, (bytes: Buffer) => string>> = {
    gzip: (bytes) => gunzipSync(bytes).toString(),
    'gzip-unsaid': (bytes) => gunzipSync(bytes).toString(),
    'gzip-twice': (bytes) => gunzipSync(gunzipSync(bytes)).toString(),
    deflate: (bytes) => inflateSync(bytes).toString(),
    'deflate-unsaid': (bytes) => inflateSync(bytes).toString(),
    'deflate-raw': (bytes) => inflateRawSync(bytes).toString(),
    br: (bytes) => brotliDecompressSync(bytes).toString(),
    'br-unsaid': (bytes) => brotliDecompressSync(bytes).toString(),
    zstd: (bytes) => zstdDecompressSync(bytes).toString(),
    'plain-called-gzip': plain,
    bom: (bytes) => plain(bytes).replace(/^\ufeff/, ''),
    'gzip-of-bom': (bytes) =>
      gunzipSync(bytes)
        .toString()
        .replace(/^\ufeff/, ''),
    'utf-16le': (bytes) => bytes.toString('utf16le').replace(/^\ufeff/, ''),
    'utf-16be': (bytes) => swapped(bytes).replace(/^\ufeff/, ''),
    form: (bytes) => JSON.stringify(Object.fromEntries(new URLSearchParams(plain(bytes)))),
    'text-plain': plain,
    'text-html': plain,
    blanks: (bytes) => plain(bytes).trim(),
    nested: (bytes) => plain(bytes).replace(/,"extension":\[+\]+/, ''),
    array: (bytes) => plain(bytes).slice(1, -1),
    html: () => '{}',
    truncated: (bytes) => `${plain(bytes)}"}`,
    empty: () => '{}',
  }
  const destroyed: readonly EnvelopeName[] = ['html', 'empty']

  test.each(envelopeNames)('holds what is granted, and what is refused: %s', async (as) => {
    const running = await startWithUser()
    for (const [password, field] of [
      [{}, 'access_token'],
      [{ password: 'wrong' }, 'error'],
    ] as const) {
      running.entra.habits.add({ kind: 'envelope', as })
      const { bytes } = await rawAsk(running, running.passwordForm(password))
      const body: Partial<TokenBody> = JSON.parse(opened[as](bytes))
      expect(field in body).toBe(!destroyed.includes(as))
    }
  })
})

describe('an answer on its way', () => {
  test.each([
    { delivery: { kind: 'drip', everyMilliseconds: 1, bytes: 40 }, ends: 'whole' },
    { delivery: { kind: 'drip', everyMilliseconds: 150 }, ends: 'open' },
    { delivery: { kind: 'slow-headers', everyMilliseconds: 20 }, ends: 'UND_ERR_HEADERS_TIMEOUT' },
    { delivery: { kind: 'stall', afterBytes: 10 }, ends: 'UND_ERR_BODY_TIMEOUT' },
    { delivery: { kind: 'cut', afterBytes: 10 }, ends: 'UND_ERR_SOCKET' },
    { delivery: { kind: 'cut', afterBytes: 0 }, ends: 'UND_ERR_SOCKET' },
    { delivery: { kind: 'cut', afterBytes: 10, reset: true }, ends: 'ECONNRESET' },
  ] as const)('$delivery ends $ends', async ({ delivery, ends }) => {
    const running = await startWithUser()
    running.entra.habits.add({ kind: 'deliver', delivery })
    const asked = rawAsk(running, running.passwordForm()).then(
      ({ bytes }) => (JSON.parse(bytes.toString()).access_token ? 'whole' : 'broken'),
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
    const open = new Promise((resolve) => setTimeout(resolve, 2500, 'open'))
    expect(await Promise.race([asked, open])).toBe(ends)
    expect(running.entra.requests.get('password')).toBe(1)
  })
})
