// The token endpoint over real sockets: every limit is kept, and nothing that a network can do is thrown.

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { httpAgent } from '../../../lambda/adapters/http.ts'
import { httpTokenEndpoint } from '../../../lambda/adapters/token-endpoint.ts'
import { Redacted } from '../../../lambda/core/redacted.ts'
import type { TokenRequest } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import { bare, made, noon, sampleClient } from '../../support/core-samples.ts'

const refreshToken = made('refresh-token')
const accessToken = made('access-token')
const granted = JSON.stringify({
  token_type: 'Bearer',
  expires_in: '3600',
  access_token: accessToken,
  refresh_token: refreshToken,
})

const dispatcher = () => {
  const agent = httpAgent({ connectMilliseconds: 1_000, headersMilliseconds: 150, bodyMilliseconds: 150 })
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

const redeem = (token_endpoint: string, change: Partial<TokenRequest> = {}) =>
  httpTokenEndpoint({ clock: new ManualClock(noon), dispatcher: dispatcher() }).redeem({
    client: sampleClient({ token_endpoint }),
    clientSecret: { value: new Redacted(made('client-secret')) },
    grant: { grant_type: 'refresh_token', refresh_token: new Redacted(refreshToken) },
    scope: undefined,
    correlationId: '0b5e6f70-1111-4111-9111-11111111cd11',
    ...change,
  })

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

  it('that nobody listens at was not asked', async () => {
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
