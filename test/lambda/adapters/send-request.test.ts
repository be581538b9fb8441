// One request to a token endpoint: what goes over the wire, and what is kept of what comes back.

import { Dispatcher, MockAgent } from 'undici'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { buildTokenRequest } from '../../../lambda/adapters/build-token-request.ts'
import { largestAnswerBytes, sendRequest } from '../../../lambda/adapters/send-request.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
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

const ask = async (change: Partial<TokenRequest> = {}, dispatcher: Dispatcher = agent) =>
  sendRequest(
    { dispatcher, now: () => noon.getTime(), deadlineMilliseconds: 5_000 },
    await buildTokenRequest(request(change)),
  )

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
      client_info: '1',
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
      client_info: '1',
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

  const credentials = async (client_id: string, secret: string): Promise<string> => {
    answering()
    const client = sampleClient({ client_id, token_endpoint_auth_method: 'client_secret_basic' })
    await ask({ client, clientSecret: { value: new Redacted(secret) } })
    const [scheme, encoded] = (onlySent().headers.get('authorization') ?? '').split(' ')
    expect(scheme).toBe('Basic')
    expect(onlySent().form).not.toHaveProperty('client_secret')
    return atob(encoded ?? '')
  }

  /** As a provider reads them that decodes, and as one that does not. */
  const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

  it.each([
    ['every printable ASCII character but % and +', '!"#$&\'()*,-./09:;<=>?@AZ[\\]^_`az{|}~'],
    ['what Entra makes its secrets of', 'aB3~x.-_Q'],
    ['base64 without a plus', 'ab/cd=='],
  ])('sends a secret of %s raw in the header', async (_, secret) => {
    const sent = await credentials('sample-client', secret)
    expect(sent).toBe(`sample-client:${secret}`)
    expect(decoded(sent)).toBe(sent)
  })

  it.each([
    ['100%', '100%25'],
    ['100%25', '100%2525'],
    ['a+b', 'a%2Bb'],
    ['a b', 'a%20b'],
    ['é', '%C3%A9'],
    ['密🔑', '%E5%AF%86%F0%9F%94%91'],
    ['a\tb\n', 'a%09b%0A'],
    ['\u007f', '%7F'],
    ['\ud800', '%EF%BF%BD'],
  ])('encodes in the header what cannot be sent raw: %j', async (secret, encoded) => {
    const sent = await credentials('sample-client', secret)
    expect(sent).toBe(`sample-client:${encoded}`)
    expect(decoded(sent)).toBe(`sample-client:${secret.toWellFormed()}`)
  })

  it('encodes a colon in the id, which would end it, and not in the secret', async () => {
    expect(await credentials('urn:app:1', 'x:y')).toBe('urn%3Aapp%3A1:x:y')
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
      'accept-encoding': 'identity',
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

  it('is kept regardless of what it says it is', async () => {
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

/** Fails every request, before or after it was given to a connection. */
class Failing extends Dispatcher {
  readonly #error: unknown
  readonly #begun: boolean
  dispatched = 0

  constructor(error: unknown, begun: boolean) {
    super()
    this.#error = error
    this.#begun = begun
  }

  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.dispatched++
    if (this.#begun) handler.onRequestStart?.(noController, null)
    if (!(this.#error instanceof Error)) throw this.#error
    handler.onResponseError?.(noController, this.#error)
    return true
  }
}

const noController: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  rawHeaders: null,
  rawTrailers: null,
  abort: () => {},
  pause: () => {},
  resume: () => {},
}

describe('no answer', () => {
  const withCode = (code: string, more: object = {}) => Object.assign(new Error(clientSecret), { code, ...more })
  const failing = async (error: unknown, begun: boolean) => (await ask({}, new Failing(error, begun))).reply

  const codes = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  ]

  it.each(codes)('for %s before a connection took the request was certainly not sent', async (code) => {
    expect(await failing(withCode(code), false)).toEqual({ kind: 'no-answer', code, unsent: true })
  })

  it.each([...codes, 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_ABORTED'])(
    'for %s after a connection took the request may have been sent',
    async (code) => {
      expect(await failing(withCode(code), true)).toEqual({ kind: 'no-answer', code, unsent: false })
    },
  )

  it.each([
    ['was certainly not sent over a socket that has written nothing', { bytesWritten: 0 }, true],
    ['may have been sent over a socket that has written something', { bytesWritten: 1 }, false],
    ['may have been sent over a socket of which nothing is known', {}, false],
    ['may have been sent where there is no socket', undefined, false],
    ['may have been sent where the socket is no object', 0, false],
  ])('%s', async (_, socket, unsent) => {
    const code = 'UND_ERR_SOCKET'
    expect(await failing(withCode(code, { socket }), true)).toEqual({ kind: 'no-answer', code, unsent })
  })

  it('has the code of what caused it, else the name of the error, and never its message', async () => {
    const caused = new Error(clientSecret, { cause: withCode('ECONNREFUSED') })
    expect(await failing(caused, true)).toEqual({ kind: 'no-answer', code: 'ECONNREFUSED', unsent: false })
    const named = new TypeError(clientSecret)
    expect(await failing(named, true)).toEqual({ kind: 'no-answer', code: 'TypeError', unsent: false })
    expect(await failing(clientSecret, true)).toEqual({ kind: 'no-answer', code: 'unknown', unsent: false })
  })

  it('comes from a host that no one expects, for the network is closed', async () => {
    const client = sampleClient({ token_endpoint: 'https://idp.example.com/token' })
    expect((await ask({ client })).reply).toMatchObject({ kind: 'no-answer', unsent: true })
  })

  it('is one try: nothing is sent again', async () => {
    const dispatcher = new Failing(withCode('ECONNRESET'), true)
    expect((await ask({}, dispatcher)).reply.kind).toBe('no-answer')
    expect(dispatcher.dispatched).toBe(1)
  })
})
