// Answers in odd envelopes, over a real socket into the embedded store: a chain of single-use refresh tokens goes on.

import { describe, expect, it } from 'vitest'
import { embedded } from '../../support/embedded.ts'
import { byteEnvelopes, type Envelope, textEnvelopes, wrappers } from '../../support/envelopes.ts'
import { type OddProvider, startOddProvider } from '../../support/odd-provider.ts'

const connected = async (change: (provider: OddProvider) => void = () => {}) => {
  const [e, provider] = [await embedded(), await startOddProvider()]
  change(provider)
  await e.storeLogin('a', {
    token_endpoint: provider.tokenEndpoint,
    client_id: 'the-client',
    client_secret: 'made-up',
    grant_type: 'refresh_token',
    refresh_token: provider.first,
  })
  await e.bootstrap({ connection: 'a' })
  return { e, provider }
}

/** In a tick after the time that is left of a tick which did not get to know what came of its token. */
const later = 40

type Connected = Awaited<ReturnType<typeof connected>>

const expectAlive = ({ e, provider }: Connected) => {
  expect(new Set(provider.received).size, 'a refresh token was sent twice').toBe(provider.received.length)
  expect(e.current('grants', 'a').json.refresh_token).toBe(provider.current())
  expect(provider.isNewest(String(e.current('connections', 'a').json.access_token))).toBe(true)
  expect(e.status('a').status).toBe('healthy')
}

const sending =
  (envelope: (text: string) => Envelope): OddProvider['answer'] =>
  (text, response) => {
    const { body, headers = {} } = envelope(text)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.end(body)
  }

const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`

const nested: Readonly<Record<string, (text: string) => Envelope>> = {
  'an answer that is nested 5000 deep': (text) => ({ body: Buffer.from(`{"deep":${deep},${text.slice(1)}`) }),
}

describe('a single-use chain goes on', () => {
  it.each(Object.entries({ ...byteEnvelopes, ...textEnvelopes, ...wrappers, ...nested }))(
    'in %s',
    async (_, envelope) => {
      const all = await connected((provider) => {
        provider.answer = sending(envelope)
      })
      for (let ticks = 0; ticks < 3; ticks++) expect(await all.e.tickAfter(later)).toMatchObject({ refreshed: 1 })
      expectAlive(all)
      expect(all.provider.received).toHaveLength(4)
    },
  )

  it.each([
    ['no token type (Duende Support 775, LinkedIn)', { token_type: undefined }],
    ['the token type null', { token_type: null }],
    ["Slack's token type", { token_type: 'bot' }],
    ['no lifetime', { expires_in: undefined }],
    ['an empty lifetime', { expires_in: '' }],
    ['a lifetime as a text', { expires_in: '3600' }],
    ['a lifetime of zero (spring-security issue 4810)', { expires_in: 0 }],
    ['a lifetime in milliseconds (ZohoClient issue 11)', { expires_in: 3_600_000, expires_in_sec: 3600 }],
    ['a scope as a list', { scope: ['read', 'write'] }],
  ])('with %s', async (_, fields) => {
    const all = await connected((provider) => {
      provider.fields = fields
    })
    for (let ticks = 0; ticks < 3; ticks++) expect(await all.e.tickAfter(later)).toMatchObject({ refreshed: 1 })
    expectAlive(all)
  })
})

describe('a single-use chain outlives an answer', () => {
  const cut = (text: string) => text.slice(0, -1)
  const odd: readonly (readonly [string, OddProvider['answer']])[] = [
    ['that is cut off at its end', (text, response) => response.end(cut(text))],
    ["in Python's notation", (text, response) => response.end(text.replaceAll('"', "'"))],
    [
      'in XML',
      (text, response) => {
        const { refresh_token } = JSON.parse(text)
        response.end(`<token><refresh_token>${refresh_token}</refresh_token></token>`)
      },
    ],
    ['with an escape that JSON does not know', (text, response) => response.end(`{"p":"C:\\Users",${text.slice(1)}`)],
    [
      'whose connection breaks',
      (text, response) => {
        response.writeHead(200, { 'content-length': text.length })
        response.write(cut(text), () => response.destroy())
      },
    ],
    ['of more than a megabyte', (text, response) => response.end(cut(text).padEnd(2_000_000))],
    [
      'of status 500',
      (text, response) => {
        response.statusCode = 500
        response.end(text)
      },
    ],
    ['with a token type that is bound to a key', (text, response) => response.end(text.replace('"Bearer"', '"DPoP"'))],
  ]

  it.each(odd)('%s', async (_, answer) => {
    const all = await connected()
    const { e, provider } = all
    const whole = provider.answer
    provider.answer = (text, response) => {
      provider.answer = whole
      answer(text, response)
    }
    expect(await e.tickAfter(later)).toMatchObject({ refreshed: 0 })
    expect(e.current('grants', 'a').json.refresh_token).toBe(provider.current())
    await e.tickAfter(25 * 60)
    expectAlive(all)
    expect(e.leaks(e.told.text())).toEqual([])
  })
})
