// Where the browser comes back to: any page and any program of this machine can send requests there.

import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../../cli/login/redirect.ts'

const state = 'the-state-of-this-sign-in'

const start = async () => {
  const redirect = await listen(0, state)
  onTestFinished(() => redirect.close())
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  let answer: URLSearchParams | undefined
  const answered = redirect.answer(stop.signal)
  answered.then(
    (found) => {
      answer = found
    },
    () => undefined,
  )
  const port = Number(new URL(redirect.uri).port)
  const ask = (path: string, { method = 'GET', host = `localhost:${port}` } = {}) =>
    new Promise<{ status: number | undefined; body: string; headers: NodeJS.Dict<string | string[]> }>(
      (resolve, reject) => {
        const sent = httpRequest({ port, host: '127.0.0.1', path, method, headers: { host } }, async (response) => {
          resolve({ status: response.statusCode, body: await text(response), headers: response.headers })
        })
        sent.on('error', reject).end()
      },
    )
  return { port, ask, answered, answer: () => answer }
}

/** The sign-in goes on: the right answer is still taken. */
const expectStillWaiting = async ({ ask, answer, answered }: Awaited<ReturnType<typeof start>>): Promise<void> => {
  expect(answer()).toBeUndefined()
  expect(await ask(`/?code=right&state=${state}`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('signed in'),
  })
  expect((await answered).get('code')).toBe('right')
}

const right = `code=c&state=${state}`

describe('the redirect of a sign-in', () => {
  it.each([
    '//',
    '///',
    '/\\\\',
    '//evil.example/?code=c',
    'http://localhost:80:80/',
    '*',
    '/%',
    '/?%',
    '/?%ff&&&===',
    '/?state=%00',
  ])('survives a request for %s', async (path) => {
    const redirect = await start()
    expect([400, 404]).toContain((await redirect.ask(path)).status)
    await expectStillWaiting(redirect)
  })

  it.each([
    'NONSENSE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET  HTTP/1.1\r\nhost: x\r\n\r\n',
    `GET /?${right} HTTP/1.1\r\n\r\n`,
    '\u0016\u0003\u0001\u0002',
    `POST /?${right} HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n`,
    `GET /?${right} HTTP/1.1\r\nhost: localhost\r\n${'x: y\r\n'.repeat(10_000)}\r\n`,
    'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  ])('survives what is hardly HTTP: %j', async (bytes) => {
    const redirect = await start()
    await new Promise<void>((resolve) => {
      const socket = connect(redirect.port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', () => undefined).on('error', () => undefined)
      socket.on('close', () => resolve()).setTimeout(300, () => socket.destroy())
    })
    await expectStillWaiting(redirect)
  })

  it.each([
    ['no state', '/?code=c', 400],
    ['another state', '/?code=c&state=other', 400],
    ['an empty state', '/?code=c&state=', 400],
    ['a beginning of the state', `/?code=c&state=${state.slice(0, -1)}`, 400],
    ['two states', `/?code=c&state=${state}&state=other`, 400],
    ['a refusal without our state', '/?error=access_denied&error_description=x', 400],
    ['our state and nothing else', `/?state=${state}`, 400],
    ['two codes', `/?code=a&${right}`, 400],
    ['a code and an error', `/?error=a&${right}`, 400],
    ['nothing', '/', 400],
    ['another path', `/callback?${right}`, 404],
    ['an absolute address', `http://localhost/?${right}`, 404],
    ['the icon of the page', '/favicon.ico', 404],
  ])('ignores %s', async (_, path, status) => {
    const redirect = await start()
    expect((await redirect.ask(path)).status).toBe(status)
    await expectStillWaiting(redirect)
  })

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'])('ignores the method %s', async (method) => {
    const redirect = await start()
    expect((await redirect.ask(`/?${right}`, { method })).status).toBe(405)
    await expectStillWaiting(redirect)
  })

  it.each(['evil.example', 'localhost.evil.example', 'localhost', '127.0.0.1.nip.io', '0.0.0.0', 'localhost:1'])(
    'ignores the host %j',
    async (name) => {
      const redirect = await start()
      for (const host of name.includes(':') ? [name] : [name, `${name}:${redirect.port}`]) {
        if (host === `localhost:${redirect.port}`) continue
        expect((await redirect.ask(`/?${right}`, { host })).status).toBe(400)
      }
      await expectStillWaiting(redirect)
    },
  )

  it.each(['127.0.0.1', '[::1]', 'localhost'])('takes an answer at %s', async (name) => {
    const { port, ask, answered } = await start()
    expect((await ask(`/?${right}`, { host: `${name}:${port}` })).status).toBe(200)
    expect((await answered).get('code')).toBe('c')
  })

  it('takes one answer, and no second one', async () => {
    const { ask, answered } = await start()
    expect((await ask(`/?code=first&state=${state}`)).status).toBe(200)
    expect((await ask(`/?code=second&state=${state}`)).status).toBe(409)
    expect((await answered).getAll('code')).toEqual(['first'])
  })

  it('takes a refusal with our state, and says so on the page', async () => {
    const { ask, answered } = await start()
    expect((await ask(`/?error=access_denied&state=${state}`)).body).toContain('The sign-in was refused.')
    expect((await answered).get('error')).toBe('access_denied')
  })

  it('shows the code to no other site, and nothing of what came', async () => {
    const { ask } = await start()
    const { body, headers } = await ask(`/?code=<script>&state=${state}`)
    expect(body).not.toContain('script')
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
    })
  })
})
