// The embedded stack answers its own user alone: no web page, by any host name, and no caller without an access key of this start.

import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, describe, expect, test } from 'vitest'
import { secretsManagerClient } from '../../lambda/adapters/secrets-manager.ts'
import { realClock } from '../../local/clock.ts'
import { startServices } from '../../local/services.ts'
import { newAccessKeyId, refusalOf } from '../../local/strangers.ts'

const value = randomUUID()
const key = newAccessKeyId('operator')
const services = await startServices({ clock: realClock, callers: new Set([key]) })
const { entra, servers } = services
const aws = secretsManagerClient({
  endpoint: services.awsUrl,
  region: 'eu-central-1',
  credentials: { accessKeyId: key, secretAccessKey: randomUUID() },
})
await aws.send(new CreateSecretCommand({ Name: 'treasure', SecretString: value }))
afterAll(async () => {
  aws.destroy()
  await services.close()
})

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Asked {
  readonly port: number
  readonly method?: string
  readonly path?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** With exactly these headers, which fetch would not allow. */
const ask = ({ port, method = 'POST', path = '/', headers, body = '' }: Asked): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) })
    })
    sent.on('error', reject)
    sent.end(body)
  })

const signedWith = (accessKeyId: string) => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'secretsmanager.GetSecretValue',
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20270101/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=00`,
})
const getTreasure = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
  ask({ port: servers.aws.port, headers, body: '{"SecretId":"treasure"}' })

test('the user of this start is answered, by each name that this machine has for itself', async () => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    const { status, body } = await getTreasure({ ...signedWith(key), host: `${name}:${servers.aws.port}` })
    expect({ name, status }).toEqual({ name, status: 200 })
    expect(body).toContain(value)
  }
})

describe('the AWS endpoint gives nothing to', () => {
  const own = signedWith(key)
  const anonymous: Record<string, string> = { ...own, authorization: '' }
  const { port } = servers.aws

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a page whose name was made to mean 127.0.0.1', { ...own, host: `evil.example:${port}` }],
    ['a name that begins as loopback does', { ...own, host: '127.0.0.1.evil.example' }],
    ['a name that ends as loopback does', { ...own, host: 'evil.localhost:80' }],
    ['another address of this machine', { ...own, host: `192.168.0.2:${port}` }],
    ['a Host that is none', { ...own, host: 'a b' }],
    ['a page of another origin', { ...own, origin: 'https://evil.example' }],
    ['a page of another port of this machine', { ...own, origin: 'http://127.0.0.1:8080' }],
    ['a page without an origin', { ...own, origin: 'null' }],
    ['a page of its own origin, for it has none', { ...own, origin: `http://127.0.0.1:${port}` }],
    ['an image in a page', { ...own, 'sec-fetch-site': 'cross-site' }],
    ['a page that the user opens', { ...own, 'sec-fetch-site': 'none' }],
    ['a caller without a key', anonymous],
    ['a caller with the key of another start', signedWith(newAccessKeyId('operator'))],
    ...['local', 'operator', 'administrator', 'refresh', 'bootstrap', 'embedded', 'anonymous'].map(
      (name): [string, Readonly<Record<string, string>>] => [`a caller who guesses ${name}`, signedWith(name)],
    ),
  ])('%s', async (_, headers) => {
    const { status, body } = await getTreasure(headers)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(body).not.toContain(value)
    expect(body).not.toContain('treasure')
  })

  test('a request without a Host', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.end('POST / HTTP/1.0\r\ncontent-length: 0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('a body that is larger than any request, and is not read to its end', async () => {
    const before = services.secretsManager.calls.get('GetSecretValue') ?? 0
    const body = JSON.stringify({ SecretId: 'treasure', filling: 'x'.repeat(1024 * 1024) })
    const answer = await ask({ port, headers: own, body }).catch(() => undefined)
    expect(answer?.status ?? 413).toBe(413)
    expect(services.secretsManager.calls.get('GetSecretValue') ?? 0).toBe(before)
    expect((await getTreasure(own)).status).toBe(200)
  })
})

describe('the sign-in pages', () => {
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const redirectUri = 'http://localhost:4000/signed-in'
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true, redirectUris: [redirectUri] })
  const user = entra.addUser({ tenantId: tenant.id, userName: 'anna@example.com' })
  const { port } = servers.entra
  const origin = `http://127.0.0.1:${port}`
  const query = { client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid' }
  const path = `/organizations/oauth2/v2.0/authorize?${new URLSearchParams(query)}`
  const form = new URLSearchParams({ username: user.userName, password: user.password, action: 'sign-in' }).toString()
  const signIn = (headers: Readonly<Record<string, string>>) =>
    ask({ port, path, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: form })

  test('open from a link anywhere, and take the form of their own page', async () => {
    const opened = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }
    expect(await ask({ port, path, method: 'GET', headers: opened })).toMatchObject({ status: 200 })
    const answer = await signIn({ origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' })
    expect(answer.headers.location).toMatch(/^http:\/\/localhost:4000\/signed-in\?code=/)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['from another origin', { origin: 'https://evil.example' }],
    ['from a page whose name was made to mean 127.0.0.1', { host: 'evil.example', origin: 'http://evil.example' }],
    ['from another port of this machine', { origin: `http://127.0.0.1:${port + 1}` }],
    ['from a page without an origin', { origin: 'null' }],
    ['from another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['from another page of the site', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }],
  ])('take no form %s', async (_, headers) => {
    const answer = await signIn(headers)
    expect(answer.status).toBe(403)
    expect(answer.headers.location).toBeUndefined()
  })

  test('open in no frame', () => {
    const framed = {
      host: '127.0.0.1',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'iframe',
    } as const
    expect(refusalOf('GET', framed, 'browsers')).toBe('a page of another origin sent it')
  })

  test('let no page read a token endpoint, and are too small for a large body', async () => {
    const token = { port, path: '/organizations/oauth2/v2.0/token' }
    const form_ = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = `grant_type=password&client_id=${clientId}&username=${user.userName}&password=${user.password}&scope=openid`
    const stranger = await ask({ ...token, headers: { ...form_, origin: 'https://evil.example' }, body })
    expect(stranger).toMatchObject({ status: 403, body: expect.not.stringContaining('access_token') })
    const large = await ask({ ...token, headers: form_, body: body + 'x'.repeat(1024 * 1024) }).catch(() => undefined)
    expect(large?.status ?? 413).toBe(413)
  })
})

test('an access key id cannot be guessed, and no two starts have the same', () => {
  const ids = Array.from({ length: 50 }, () => newAccessKeyId('operator'))
  expect(new Set(ids).size).toBe(50)
  for (const id of ids) expect(id).toMatch(/^operator-[0-9a-f]{32}$/)
})
