// What a provider says of its endpoints is believed only as far as its issuer goes: https stays https.

import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endpointsOf, webAddress } from '../../cli/login/provider.ts'
import { makeContext } from '../../cli/make-context.ts'
import { run } from './support/command.ts'

const interrupted = new AbortController().signal
const context = await makeContext({ prefix: 'token-refresher' }, { json: true, interrupted })

const provider = async (metadata: (issuer: string) => Record<string, unknown>): Promise<string> => {
  const server = createServer((request, response) => {
    const found = request.url?.startsWith('/.well-known/')
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(metadata(issuer)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return issuer
}

const good = (issuer: string) => ({
  issuer,
  token_endpoint: 'https://IDP.example.com/token',
  authorization_endpoint: 'https://idp.example.com/authorize',
  device_authorization_endpoint: 'https://idp.example.com/device',
})

describe('the endpoints of an issuer', () => {
  it('are those of its metadata, as URLs are written normally', async () => {
    expect(await endpointsOf(context, { issuer: await provider(good) })).toEqual({
      tokenEndpoint: 'https://idp.example.com/token',
      authorizationEndpoint: 'https://idp.example.com/authorize',
      deviceAuthorizationEndpoint: 'https://idp.example.com/device',
    })
  })

  it('may be http on this machine where the issuer was typed so', async () => {
    const issuer = await provider((url) => ({ issuer: url, token_endpoint: `${url}/token` }))
    expect((await endpointsOf(context, { issuer })).tokenEndpoint).toBe(`${issuer}/token`)
  })

  it('are those that were typed, where they were', async () => {
    const typed = { issuer: await provider(good), authorizationEndpoint: 'https://other.example.com/authorize' }
    expect(await endpointsOf(context, typed)).toMatchObject({
      tokenEndpoint: 'https://idp.example.com/token',
      authorizationEndpoint: 'https://other.example.com/authorize',
    })
  })

  it.each([
    ['token_endpoint', 'http://idp.example.com/token'],
    ['token_endpoint', 'http://10.0.0.1/token'],
    ['token_endpoint', 'https://user@idp.example.com/token'],
    ['authorization_endpoint', 'http://idp.example.com/authorize'],
    ['authorization_endpoint', 'javascript:alert(1)'],
    ['authorization_endpoint', 'file:///etc/passwd'],
    ['authorization_endpoint', 'calculator:'],
    ['authorization_endpoint', ''],
    ['device_authorization_endpoint', 'http://idp.example.com/device'],
    ['device_authorization_endpoint', 'ftp://127.0.0.1/device'],
  ])('are refused where the metadata says %s %s', async (name, value) => {
    const issuer = await provider((url) => ({ ...good(url), [name]: value }))
    await expect(endpointsOf(context, { issuer })).rejects.toMatchObject({
      problem: { code: 'NotDiscovered', message: expect.stringContaining(`"${name}" must `) },
    })
  })

  it.each([
    ['another issuer', () => ({ issuer: 'https://other.example.com' })],
    ['no issuer', () => ({ issuer: undefined })],
    ['an issuer that begins like it', (url: string) => ({ issuer: `${url}0` })],
    ['a path of it', (url: string) => ({ issuer: `${url}/tenant` })],
  ])('are refused where the metadata names %s', async (_, change) => {
    const issuer = await provider((url) => ({ ...good(url), ...change(url) }))
    await expect(endpointsOf(context, { issuer })).rejects.toMatchObject({
      problem: { code: 'NotDiscovered', message: `${issuer}/ does not tell its endpoints` },
    })
  })

  it('stop the command before anything is asked', async () => {
    const issuer = await provider((url) => ({ ...good(url), token_endpoint: 'http://idp.example.com/token' }))
    const environment = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' }
    const ended = await run({ environment }, ['bootstrap', 'a', '--browser', '--issuer', issuer])
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('"token_endpoint" must start with https://'),
    })
  })
})

describe('a browser is sent', () => {
  it.each(['https://idp.example.com/authorize', 'http://localhost:8080/authorize'])('to %s', (text) => {
    expect(webAddress(text)?.href).toBe(text)
  })

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'mailto:a@example.com',
    'ssh://a',
    'data:text/html,x',
    'x',
    '',
  ])('never to %j', (text) => {
    expect(webAddress(text)).toBeUndefined()
  })
})
