// The token endpoint over real sockets: every limit is kept, and nothing that a network can do is thrown.

import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type HttpLimits, httpAgent, tokenRequestMilliseconds } from '../../../lambda/adapters/http.ts'
import { httpTokenEndpoint } from '../../../lambda/adapters/token-endpoint.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import type { TokenRequest } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import { bare, made, noon, sampleClient } from '../../support/core-samples.ts'
import { byteEnvelopes, textEnvelopes, wrappers } from '../../support/envelopes.ts'

const refreshToken = made('refresh-token')
const accessToken = made('access-token')
const granted = JSON.stringify({
  token_type: 'Bearer',
  expires_in: '3600',
  access_token: accessToken,
  refresh_token: refreshToken,
})

const shortLimits: HttpLimits = { connectMilliseconds: 1_000, headersMilliseconds: 150, bodyMilliseconds: 150 }

/** Longer than any deadline here, so that only the deadline can end a request. */
const longLimits: HttpLimits = {
  connectMilliseconds: 60_000,
  headersMilliseconds: 60_000,
  bodyMilliseconds: 60_000,
}

const dispatcher = (limits: HttpLimits) => {
  const agent = httpAgent(limits)
  onTestFinished(() => agent.destroy())
  return agent
}

const listening = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return urlOf(server.address())
}

const urlOf = (address: AddressInfo | string | null): string => {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return `http://127.0.0.1:${address.port}/organizations/oauth2/v2.0/token`
}

const endpoint = (limits: HttpLimits = shortLimits, deadlineMilliseconds?: number) =>
  httpTokenEndpoint({
    clock: new ManualClock(noon),
    dispatcher: dispatcher(limits),
    ...(deadlineMilliseconds !== undefined && { deadlineMilliseconds }),
  })

const request = (token_endpoint: string): TokenRequest => ({
  client: sampleClient({ token_endpoint }),
  clientSecret: { value: new Redacted(made('client-secret')) },
  grant: { grant_type: 'refresh_token', refresh_token: new Redacted(refreshToken) },
  scope: undefined,
  correlationId: '0b5e6f70-1111-4111-9111-11111111cd11',
})

const redeem = (token_endpoint: string, change: Partial<TokenRequest> = {}) =>
  endpoint().redeem({ ...request(token_endpoint), ...change })

/** Answers each connection by hand; `https` where the token endpoint is to be reached by TLS. */
const listeningRaw = async (answer: (socket: Socket) => void, scheme: 'http' | 'https' = 'http'): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return urlOf(server.address()).replace('http:', `${scheme}:`)
}

/** Writes a text byte by byte, for ever slower than a whole answer needs, faster than any pause is noticed. */
const drip = (socket: Writable, text: string): void => {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('a token endpoint', () => {
  it('grants tokens', async () => {
    const url = await listening((_, response) => response.end(granted))
    expect(bare(await redeem(url))).toMatchObject({
      kind: 'granted',
      tokens: { access_token: accessToken, refresh_token: refreshToken, expires_in: 3600 },
    })
  })

  it('may send its answer in pieces, cut within a letter', async () => {
    const bytes = Buffer.from(granted.replace('Bearer', 'Bearer').replace('}', ',"note":"é密🔑"}'))
    const url = await listening(async (_, response) => {
      for (const byte of bytes) response.write(Buffer.of(byte))
      response.end()
    })
    expect((await redeem(url)).kind).toBe('granted')
  })

  it('that no one listens at was not asked', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = urlOf(server.address())
    await new Promise((resolve) => server.close(resolve))
    expect(await redeem(url)).toMatchObject({
      kind: 'failed',
      outcome: 'unsent',
      failure: { class: 'transient', code: 'ECONNREFUSED' },
    })
  })

  it('that does not answer in time may have been asked', async () => {
    const url = await listening(() => {})
    expect(await redeem(url)).toMatchObject({
      kind: 'failed',
      outcome: 'unknown',
      failure: { class: 'transient', code: 'UND_ERR_HEADERS_TIMEOUT' },
    })
  })

  it('that stops in the middle of its answer has been asked', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { 'content-length': granted.length })
      response.write(granted.slice(0, 20))
    })
    expect(await redeem(url)).toMatchObject({
      kind: 'failed',
      outcome: 'unknown',
      failure: { class: 'transient', code: 'UND_ERR_BODY_TIMEOUT' },
    })
  })

  it('that hangs up may have been asked', async () => {
    const url = await listening((request) => request.socket.destroy())
    expect(await redeem(url)).toMatchObject({ kind: 'failed', outcome: 'unknown', failure: { class: 'transient' } })
  })

  it('that never ends its answer is cut off at 1 MB', async () => {
    const url = await listening((_, response) => {
      const piece = Buffer.alloc(64 * 1024, 'a')
      const more = () => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', more)
      more()
    })
    expect(await redeem(url)).toMatchObject({
      kind: 'failed',
      outcome: 'unknown',
      failure: { class: 'transient', code: 'answer_too_large', unknown: true },
    })
  })

  it('that redirects to itself is asked once', async () => {
    let asked = 0
    const url = await listening((request, response) => {
      asked++
      response.writeHead(307, { location: request.url }).end()
    })
    expect(await redeem(url)).toMatchObject({ kind: 'failed', outcome: 'answered', failure: { code: 'redirected' } })
    expect(asked).toBe(1)
  })

  it('has been asked where something breaks while its answer is read', async () => {
    const url = await listening((_, response) => response.end(granted))
    const broken = {
      now: () => {
        throw new Error(refreshToken)
      },
    }
    const redemption = await httpTokenEndpoint({ clock: broken, dispatcher: dispatcher(shortLimits) }).redeem(
      request(url),
    )
    expect(redemption).toMatchObject({ kind: 'failed', outcome: 'unknown', failure: { code: 'answer_not_read' } })
    expect(JSON.stringify(redemption)).not.toContain(refreshToken)
  })

  it('is not asked for what cannot be a request', async () => {
    const url = await listening((_, response) => response.end(granted))
    const grant = { grant_type: 'refresh_token', refresh_token: new Redacted('') } as const
    expect(await redeem(url, { grant })).toMatchObject({
      kind: 'failed',
      outcome: 'unsent',
      failure: { class: 'transient', code: 'request_not_built' },
    })
  })
})

describe('an answer is read', () => {
  it.each(Object.entries({ ...byteEnvelopes, ...textEnvelopes, ...wrappers }))('in %s', async (_, envelope) => {
    const { body, headers } = envelope(granted)
    const url = await listening((_request, response) => response.writeHead(200, headers).end(body))
    expect(bare(await redeem(url))).toMatchObject({
      kind: 'granted',
      tokens: { access_token: accessToken, refresh_token: refreshToken, expires_in: 3600 },
    })
  })
})

describe('a refusal is read', () => {
  const refusal = JSON.stringify({ error: 'invalid_grant', error_description: 'AADSTS700082: expired' })

  it.each(Object.entries({ ...byteEnvelopes, ...textEnvelopes }))('in %s', async (_, envelope) => {
    const { body, headers } = envelope(refusal)
    const url = await listening((_request, response) => response.writeHead(400, headers).end(body))
    expect(await redeem(url)).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { class: 'reauthorize', code: 'AADSTS700082' },
    })
  })
})

describe('a refresh token that has arrived is kept', () => {
  const cut = granted.slice(0, -1)

  it('when the connection breaks behind it', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { 'content-length': granted.length })
      response.write(cut, () => response.destroy())
    })
    expect(bare(await redeem(url))).toMatchObject({ kind: 'unusable', failure: { class: 'transient' }, refreshToken })
  })

  it('when nothing follows it', async () => {
    const url = await listening((_, response) => void response.writeHead(200, { 'content-length': 9_999 }).write(cut))
    expect(bare(await redeem(url))).toMatchObject({ failure: { code: 'UND_ERR_BODY_TIMEOUT' }, refreshToken })
  })

  it('when the deadline passes behind it', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { 'content-length': 9_999 }).write(cut)
      drip(response, ' ')
    })
    const redemption = await endpoint(longLimits, 100).redeem(request(url))
    expect(bare(redemption)).toMatchObject({ kind: 'unusable', failure: { code: 'timeout' }, refreshToken })
  })

  it('when more than 1 MB follows it', async () => {
    const url = await listening((_, response) => response.end(cut.padEnd(2_000_000)))
    expect(bare(await redeem(url))).toMatchObject({ failure: { code: 'answer_too_large' }, refreshToken })
  })

  it('when the answer is nested 5000 deep', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
    const url = await listening((_, response) => response.end(`{"deep":${deep},${granted.slice(1)}`))
    expect(bare(await redeem(url))).toMatchObject({ kind: 'granted', tokens: { refresh_token: refreshToken } })
  })
})

describe('the deadline of a request', () => {
  it('is 15 seconds unless something else is said', () => {
    expect(tokenRequestMilliseconds).toBe(15_000)
  })

  const unknown = { kind: 'failed', outcome: 'unknown', failure: { class: 'transient', code: 'timeout' } }
  const redeemBy = (url: string) => endpoint(longLimits, 100).redeem(request(url))

  it('ends a body that drips', async () => {
    const url = await listening((_, response) => drip(response.writeHead(200), ' '))
    expect(await redeemBy(url)).toMatchObject(unknown)
  })

  it('ends headers that drip', async () => {
    const url = await listeningRaw((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-header: a\r\n'))
    expect(await redeemBy(url)).toMatchObject(unknown)
  })

  it('ends a header that never ends', async () => {
    const url = await listeningRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-header: ')
      drip(socket, 'a')
    })
    expect(await redeemBy(url)).toMatchObject(unknown)
  })

  it('ends interim answers without an end', async () => {
    const url = await listeningRaw((socket) => drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n'))
    expect(await redeemBy(url)).toMatchObject(unknown)
  })

  it('ends silence', async () => {
    expect(await redeemBy(await listening(() => {}))).toMatchObject(unknown)
  })

  it('ends a TLS handshake that hangs, and then nothing was sent', async () => {
    const sent: Buffer[] = []
    const url = await listeningRaw((socket) => void socket.on('data', (bytes) => sent.push(bytes)), 'https')
    expect(await redeemBy(url)).toMatchObject({ ...unknown, outcome: 'unsent' })
    expect(Buffer.concat(sent).toString('latin1')).not.toContain('POST')
  })

  it('lets nothing leave after it has passed, also when the connection stands at last', async () => {
    const { promise: connected, resolve } = Promise.withResolvers<Socket>()
    const got: Buffer[] = []
    const url = await listeningRaw((socket) => {
      socket.on('data', (bytes) => got.push(bytes))
      resolve(socket)
    })
    // It has passed before any connection can stand.
    const redemption = await endpoint(longLimits, 0).redeem(request(url))
    const socket = await connected
    await new Promise((closed) => socket.on('close', closed).resume())
    expect(redemption.kind === 'failed' && redemption.outcome === 'unsent').toBe(got.length === 0)
  })
})

describe('what certainly has not left', () => {
  const unsent = { kind: 'failed', outcome: 'unsent', failure: { class: 'transient' } }

  it('is a request to a host that resets before TLS', async () => {
    const url = await listeningRaw((socket) => void socket.resetAndDestroy(), 'https')
    expect(await redeem(url)).toMatchObject({ ...unsent, failure: { code: 'ECONNRESET' } })
  })

  it('is a request to a host that hangs up before TLS', async () => {
    const url = await listeningRaw((socket) => void socket.destroy(), 'https')
    expect(await redeem(url)).toMatchObject({ ...unsent, failure: { code: 'ECONNRESET' } })
  })

  it('is a request to a host that speaks no TLS', async () => {
    const url = await listeningRaw((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'https')
    expect(await redeem(url)).toMatchObject(unsent)
  })

  it('is not a request that was read, regardless of what comes then', async () => {
    const endings: readonly ((socket: Socket) => void)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.end(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end('not HTTP'),
    ]
    for (const end of endings) {
      const url = await listeningRaw((socket) => void socket.once('data', () => end(socket)))
      expect(await redeem(url)).toMatchObject({ kind: 'failed', outcome: 'unknown' })
    }
  })

  it('is not a request over a connection that was kept from an earlier one, and ended meanwhile', async () => {
    let requests = 0
    const url = await listeningRaw((socket) => {
      socket.on('data', () => {
        requests++
        if (requests > 1) return void socket.destroy()
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${granted.length}\r\n\r\n${granted}`)
      })
    })
    const one = endpoint()
    expect((await one.redeem(request(url))).kind).toBe('granted')
    expect(await one.redeem(request(url))).toMatchObject({ kind: 'failed', outcome: 'unknown' })
    expect(requests).toBe(2)
  })
})
