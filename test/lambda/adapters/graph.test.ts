// Microsoft Graph over a real socket: what it is asked, and what an answer of any form becomes.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { httpGraph } from '../../../lambda/adapters/graph.ts'
import { httpAgent } from '../../../lambda/adapters/http.ts'
import type { GraphApp } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import { later, made, noon, redacted } from '../../support/core-samples.ts'

interface Seen {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const limits = { connectMilliseconds: 1_000, headersMilliseconds: 500, bodyMilliseconds: 500 }

const answering = async (status: number, body: string, headers: Record<string, string> = {}) => {
  const seen: Seen[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const part of request) text += part
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: text })
    response.writeHead(status, headers).end(body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispatcher = httpAgent(limits)
  onTestFinished(async () => {
    await dispatcher.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const app: GraphApp = {
    origin: `http://127.0.0.1:${port}`,
    token: redacted('token'),
    clientId: '11111111-2222-4333-8444-555555555555',
    correlationId: 'correlation',
  }
  return { app, seen, graph: httpGraph({ clock: new ManualClock(noon), dispatcher }) }
}

const wanted = { displayName: 'name', end: later(0) }

/** A record with a blank client secret would not decode. */
const blank = JSON.stringify({ keyId: 'key', secretText: ' ', endDateTime: later(0).toISOString() })

describe('a request', () => {
  it('names the app by its client id, and carries the token in its header alone', async () => {
    const { app, seen, graph } = await answering(200, '{"passwordCredentials": []}')
    await graph.list(app)
    await graph.add(app, wanted)
    await graph.remove(app, 'key')
    const path = `/v1.0/applications(appId='${app.clientId}')`
    expect(seen.map(({ line, body }) => [line, body])).toEqual([
      [`GET ${path}?$select=appId,passwordCredentials`, ''],
      [
        `POST ${path}/addPassword`,
        JSON.stringify({ passwordCredential: { displayName: 'name', endDateTime: noon.toISOString() } }),
      ],
      [`POST ${path}/removePassword`, '{"keyId":"key"}'],
    ])
    for (const { headers } of seen) {
      expect(headers.authorization).toBe(`Bearer ${app.token.reveal()}`)
      expect(headers['client-request-id']).toBe('correlation')
    }
  })

  it('cannot leave its path with a client id', async () => {
    const { app, seen, graph } = await answering(404, '')
    await graph.list({ ...app, clientId: "x')/../../me?" })
    expect(seen[0]?.line).toBe(
      "GET /v1.0/applications(appId='x')%2F..%2F..%2Fme%3F')?$select=appId,passwordCredentials",
    )
  })
})

describe('an answer', () => {
  it('with odd fields is read as far as it goes', async () => {
    const credentials = [
      { keyId: 'one', hint: 'abc', displayName: 'name', startDateTime: noon.toISOString(), endDateTime: null },
      { keyId: 'two', hint: 7, endDateTime: 'soon' },
    ]
    const { app, graph } = await answering(200, JSON.stringify({ passwordCredentials: credentials }))
    expect(await graph.list(app)).toMatchObject({
      kind: 'done',
      value: [
        { keyId: 'one', hint: 'abc', displayName: 'name', start: noon },
        { keyId: 'two', hint: undefined, start: undefined, end: undefined },
      ],
    })
  })

  it.each([
    ['1970-01-01T00:00:00Z', true],
    ['9999-12-31T23:59:59.9999999Z', true],
    ['9999-12-31T23:59:59-08:00', false],
    ['+010000-01-01T00:00:00Z', false],
    ['0001-01-01T00:00:00Z', false],
  ])('with an end that a record cannot hold has none: %s is held: %j', async (endDateTime, held) => {
    const listed = await answering(200, JSON.stringify({ passwordCredentials: [{ keyId: 'key', endDateTime }] }))
    const list = await listed.graph.list(listed.app)
    expect(list.kind === 'done' && list.value[0]?.end !== undefined).toBe(held)
    const added = await answering(200, JSON.stringify({ keyId: 'key', secretText: made('text'), endDateTime }))
    expect((await added.graph.add(added.app, wanted)).kind).toBe(held ? 'done' : 'failed')
  })

  it('with a new client secret keeps it from being printed', async () => {
    const secretText = made('secret-text')
    const { app, graph } = await answering(
      200,
      JSON.stringify({ keyId: 'key', secretText, endDateTime: noon.toISOString() }),
    )
    const answer = await graph.add(app, wanted)
    expect(answer.kind === 'done' && answer.value.value.reveal()).toBe(secretText)
    expect(JSON.stringify(answer)).not.toContain(secretText)
  })

  it.each(['', 'null', '[]', '<html>', '{"keyId": "key"}', '{"keyId": "key", "secretText": ""}', blank])(
    'of 200 with %j is one that cannot be used',
    async (body) => {
      const { app, graph } = await answering(200, body)
      expect(await graph.add(app, wanted)).toMatchObject({ kind: 'failed', failure: { code: 'unusable_answer' } })
    },
  )

  const error = (code: string, message = '') => JSON.stringify({ error: { code, message } })
  const refusals: readonly (readonly [number, string, string])[] = [
    [403, error('Authorization_RequestDenied'), 'client Authorization_RequestDenied'],
    [404, error('Request_ResourceNotFound'), 'request Request_ResourceNotFound'],
    [400, error('CredentialTypeNotAllowedAsPerAppPolicy'), 'policy CredentialTypeNotAllowedAsPerAppPolicy'],
    [409, error('Directory_ConcurrencyViolation'), 'transient Directory_ConcurrencyViolation'],
    [401, error('InvalidAuthenticationToken'), 'transient InvalidAuthenticationToken'],
    [429, error('TooManyRequests'), 'throttled http_429'],
    [503, error('Authorization_RequestDenied'), 'transient http_503'],
    [400, error('SomethingNew'), 'refused SomethingNew'],
    [400, error('a sentence with a name'), 'refused http_400'],
    [403, '<html>proxy</html>', 'refused http_403'],
    [302, '', 'request redirected'],
  ]
  it.each(refusals)('of %d with %s is %s', async (status, body, failure) => {
    const { app, graph } = await answering(status, body, status === 302 ? { location: 'https://example.com/' } : {})
    const answer = await graph.add(app, wanted)
    expect(answer.kind === 'failed' && `${answer.failure.class} ${answer.failure.code}`).toBe(failure)
  })

  it.each([400, 404])('of %d to a removal that nothing is there to be removed is no failure', async (status) => {
    const { app, graph } = await answering(
      status,
      error('Request_BadRequest', 'No password credential found with keyId'),
    )
    expect(await graph.remove(app, 'key')).toEqual({ kind: 'done', value: 'unknown' })
  })

  it('that repeats the token in its code shows nothing of it', async () => {
    const { app, graph } = await answering(400, '')
    const repeating = await answering(400, error(app.token.reveal().slice(0, 60)))
    const answer = await repeating.graph.list({ ...repeating.app, token: app.token })
    expect(answer.kind === 'failed' && answer.failure.code).toBe('http_400')
    expect(graph).toBeDefined()
  })

  it('that does not come is a failure that passes', async () => {
    const { app, graph } = await answering(200, '')
    const answer = await graph.list({ ...app, origin: 'http://127.0.0.1:1' })
    expect(answer).toMatchObject({ kind: 'failed', failure: { class: 'transient', code: 'ECONNREFUSED' } })
  })
})
