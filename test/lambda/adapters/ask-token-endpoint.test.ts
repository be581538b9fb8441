// One request to a token endpoint: what goes over the wire, and what is kept of what comes back.

import { MockAgent } from 'undici'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { askTokenEndpoint, largestAnswerBytes } from '../../../lambda/adapters/ask-token-endpoint.ts'
import { Redacted } from '../../../lambda/core/redacted.ts'
import type { TokenRequest } from '../../../lambda/ports.ts'
import { genericProvider, made, noon, sampleClient } from '../../support/core-samples.ts'

const origin = 'https://login.microsoftonline.com'
const path = '/organizations/oauth2/v2.0/token'
const correlationId = '0b5e6f70-1111-4111-9111-11111111cd11'
const refreshToken = made('refresh-token')
const clientSecret = made('client-secret')

interface Sent {
  readonly headers: Headers
  readonly form: Record<string, string>
  readonly body: string
}

interface Answer {
  readonly status?: number
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
}

let agent: MockAgent
let sent: Sent[]

beforeEach(() => {
  agent = new MockAgent()
  agent.disableNetConnect()
  sent = []
  onTestFinished(() => agent.close())
})

/** The endpoint answers once. */
const answering = ({ status = 200, body = '{}', headers = {} }: Answer = {}, at = path, host = origin) =>
  agent
    .get(host)
    .intercept({ path: at, method: 'POST' })
    .reply((call) => {
      const text = String(call.body)
      sent.push({ headers: new Headers(call.headers), form: Object.fromEntries(new URLSearchParams(text)), body: text })
      return { statusCode: status, data: body, responseOptions: { headers } }
    })

const request = (change: Partial<TokenRequest> = {}): TokenRequest => ({
  client: sampleClient(),
  clientSecret: { value: new Redacted(clientSecret) },
  grant: { grant_type: 'refresh_token', refresh_token: new Redacted(refreshToken) },
  scope: 'Mail.Read offline_access',
  correlationId,
  ...change,
})

const login = (password: string, username = 'anna@example.com'): TokenRequest['grant'] => ({
  grant_type: 'password',
  username,
  password: new Redacted(password),
})

const ask = (change: Partial<TokenRequest> = {}) =>
  askTokenEndpoint({ dispatcher: agent, now: () => noon.getTime() }, request(change))

const onlySent = (): Sent => {
  const [first, ...more] = sent
  if (first === undefined || more.length > 0) throw new Error(`${sent.length} requests were sent`)
  return first
}

describe('a refresh', () => {
  it('sends the fields of the grant, and no others', async () => {
    answering()
    await ask()
    expect(onlySent().form).toEqual({
      client_id: 'sample-client',
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      scope: 'Mail.Read offline_access',
    })
  })

  it.each([undefined, ''])('sends no scope where that is %j', async (scope) => {
    answering()
    await ask({ scope })
    expect(onlySent().form).not.toHaveProperty('scope')
  })
})

describe('a login', () => {
  it('sends the fields of the grant in lower case, and no others', async () => {
    const password = made('password')
    answering()
    await ask({ grant: login(password) })
    expect(onlySent().form).toEqual({
      client_id: 'sample-client',
      client_secret: clientSecret,
      grant_type: 'password',
      username: 'anna@example.com',
      password,
      scope: 'Mail.Read offline_access',
    })
    expect(onlySent().body).not.toMatch(/userName/)
  })

  it.each([
    ['a+b&c=d %é', 'a%2Bb%26c%3Dd+%25%C3%A9'],
    ['100%25', '100%2525'],
    ['密🔑', '%E5%AF%86%F0%9F%94%91'],
    ['"\'<>\\;#?/', '%22%27%3C%3E%5C%3B%23%3F%2F'],
    ['client_id=evil&', 'client_id%3Devil%26'],
  ])('encodes the password %j as %s', async (password, encoded) => {
    answering()
    await ask({ grant: login(password, 'an+na@example.com') })
    expect(onlySent().form).toMatchObject({ password, username: 'an+na@example.com', client_id: 'sample-client' })
    expect(onlySent().body.split('&')).toContain(`password=${encoded}`)
    expect(onlySent().body.split('&')).toContain('username=an%2Bna%40example.com')
  })
})

describe('a client', () => {
  const awkward = 'a+b&c=d %é:~'

  it('sends an awkward secret in the body', async () => {
    answering()
    await ask({ clientSecret: { value: new Redacted(awkward) } })
    expect(onlySent().form.client_secret).toBe(awkward)
    expect(onlySent().headers.has('authorization')).toBe(false)
  })

  it('sends an awkward secret in the header, each part encoded as RFC 6749 says, and nothing of it in the body', async () => {
    answering()
    const client = sampleClient({ client_id: 'a:b', token_endpoint_auth_method: 'client_secret_basic' })
    await ask({ client, clientSecret: { value: new Redacted(awkward) } })
    const [scheme, credentials] = (onlySent().headers.get('authorization') ?? '').split(' ')
    const parts = atob(credentials ?? '').split(':')
    expect(scheme).toBe('Basic')
    expect(parts.map((part) => decodeURIComponent(part.replaceAll('+', ' ')))).toEqual(['a:b', awkward])
    expect(onlySent().form).not.toHaveProperty('client_secret')
  })

  it('that is public sends its id alone', async () => {
    answering()
    await ask({ client: sampleClient({ token_endpoint_auth_method: 'none' }), clientSecret: undefined })
    expect(onlySent().form).toMatchObject({ client_id: 'sample-client' })
    expect(onlySent().form).not.toHaveProperty('client_secret')
    expect(onlySent().headers.has('authorization')).toBe(false)
  })
})

describe('a request', () => {
  it('has the headers of a token request, and an id for a support case', async () => {
    answering()
    await ask()
    expect(Object.fromEntries(onlySent().headers)).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      'user-agent': 'token-refresher',
      'client-request-id': correlationId,
      'x-ms-lib-capability': 'retry-after, h429',
    })
  })

  it('tells no other provider what only Microsoft understands', async () => {
    answering({}, '/token', 'https://idp.example.com')
    const client = sampleClient({ token_endpoint: 'https://idp.example.com/token', provider: genericProvider })
    await ask({ client })
    expect(onlySent().headers.has('x-ms-lib-capability')).toBe(false)
    expect(onlySent().headers.get('client-request-id')).toBe(correlationId)
  })

  it('goes to the endpoint with its port and its query', async () => {
    answering({}, '/oauth2/token?realm=a%20b', 'https://idp.example.com:8443')
    const token_endpoint = 'https://idp.example.com:8443/oauth2/token?realm=a%20b'
    expect((await ask({ client: sampleClient({ token_endpoint }) })).reply.kind).toBe('answer')
  })

  it('goes over http where the client was allowed to', async () => {
    answering({}, '/token', 'http://127.0.0.1:9')
    const client = sampleClient({ token_endpoint: 'http://127.0.0.1:9/token' })
    expect((await ask({ client })).reply.kind).toBe('answer')
  })
})

describe('an answer', () => {
  it.each([200, 400, 401, 429, 500, 503])('of status %d is kept whole', async (status) => {
    const body = `{"kept": "${made('access-token')} é"}`
    answering({ status, body })
    expect((await ask()).reply).toEqual({ kind: 'answer', status, body, receivedAt: noon.getTime() })
  })

  it('is kept whatever it says it is', async () => {
    answering({ body: '<html>', headers: { 'content-type': 'text/html', 'cache-control': 'public' } })
    expect((await ask()).reply).toMatchObject({ kind: 'answer', body: '<html>' })
  })

  it.each(['60', 'Mon, 23 Nov 2026 12:01:00 GMT', 'soon'])('keeps the header Retry-After: %s', async (retryAfter) => {
    answering({ status: 429, headers: { 'retry-after': retryAfter } })
    expect((await ask()).reply).toMatchObject({ retryAfter })
  })

  it.each([301, 302, 303, 307, 308])('of status %d is not followed', async (status) => {
    const elsewhere = 'https://elsewhere.example.com'
    answering({ status, headers: { location: `${elsewhere}/token` } })
    answering({}, '/token', elsewhere)
    expect((await ask()).reply).toMatchObject({ kind: 'answer', status })
    expect(agent.pendingInterceptors().map((left) => left.origin)).toEqual([elsewhere])
    onlySent()
  })

  it('of exactly 1 MB is read, and one byte more is too large', async () => {
    answering({ body: 'a'.repeat(largestAnswerBytes) })
    expect((await ask()).reply).toMatchObject({ kind: 'answer', status: 200 })
    answering({ body: 'a'.repeat(largestAnswerBytes + 1) })
    expect((await ask()).reply).toEqual({ kind: 'no-answer', code: 'answer_too_large', unsent: false })
  })

  it('is measured in bytes', async () => {
    expect(largestAnswerBytes).toBe(1_000_000)
    answering({ body: 'é'.repeat(largestAnswerBytes / 2 + 1) })
    expect((await ask()).reply).toMatchObject({ code: 'answer_too_large' })
  })
})

describe('no answer', () => {
  const failing = (error: Error) => agent.get(origin).intercept({ path, method: 'POST' }).replyWithError(error)
  const withCode = (code: string, cause?: unknown) => Object.assign(new Error(clientSecret, { cause }), { code })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'for %s was certainly not sent',
    async (code) => {
      failing(withCode(code))
      expect((await ask()).reply).toEqual({ kind: 'no-answer', code, unsent: true })
    },
  )

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_ABORTED',
  ])('for %s may have been sent', async (code) => {
    failing(withCode(code))
    expect((await ask()).reply).toEqual({ kind: 'no-answer', code, unsent: false })
  })

  it('has the code of what caused it, else the name of the error, and never its message', async () => {
    failing(new Error(clientSecret, { cause: withCode('ECONNREFUSED') }))
    expect((await ask()).reply).toEqual({ kind: 'no-answer', code: 'ECONNREFUSED', unsent: true })
    failing(new TypeError(clientSecret))
    expect((await ask()).reply).toEqual({ kind: 'no-answer', code: 'TypeError', unsent: false })
  })

  it('comes from a host that nobody expects, for the network is closed', async () => {
    const client = sampleClient({ token_endpoint: 'https://idp.example.com/token' })
    expect((await ask({ client })).reply).toMatchObject({ kind: 'no-answer', unsent: false })
  })

  it('is one try: nothing is sent again', async () => {
    failing(withCode('ECONNRESET'))
    answering()
    expect((await ask()).reply.kind).toBe('no-answer')
    expect(sent).toEqual([])
  })
})
