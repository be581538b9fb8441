// The way to AWS: through a proxy, with certificates of one's own network, and what is said when there is none.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

/** A certificate that is made here and trusted nowhere else. */
const ownCertificate = (directory: string) => {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:aws.example']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', certificate]
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' })
  return { key, certificate }
}

describe('behind a proxy that breaks TLS open', async () => {
  const stack = await startCommandStack()
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-network-'))
  const { key, certificate } = ownCertificate(directory)
  const upstream = new URL(stack.awsUrl)
  const tls = createTlsServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { host: _, connection: __, ...headers } = request.headers
      const answer = await fetch(new URL(request.url ?? '/', upstream), {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      })
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(Buffer.from(await answer.arrayBuffer()))
    },
  )
  const tunnelled: string[] = []
  const proxy = createServer()
  const tlsPort = await listening(tls)
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket) => {
    tunnelled.push(url)
    const onward = connect(tlsPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket)
      socket.pipe(onward)
    })
    for (const end of [onward, socket]) end.on('error', () => {})
  })
  const proxyPort = await listening(proxy)
  const environment = {
    AWS_ENDPOINT_URL: 'https://aws.example',
    HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
    AWS_CA_BUNDLE: certificate,
  }

  afterAll(() => {
    tls.close()
    proxy.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('every call goes through it, with the certificates of AWS_CA_BUNDLE', async () => {
    await stack.connect('sales-mailbox')
    const { status, json } = await runJson(stack, ['status'], { environment })
    expect({ status, names: json.connections.map(({ connection }: { connection: string }) => connection) }).toEqual({
      status: 0,
      names: ['sales-mailbox'],
    })
    expect(new Set(tunnelled)).toEqual(new Set(['aws.example:443']))
  })

  it('a certificate that nothing trusts is named as the trouble, with the variable to set', async () => {
    const { status, stderr } = await run(stack, ['status'], { environment: { ...environment, AWS_CA_BUNDLE: '' } })
    expect(status).toBe(1)
    expect(stderr).toContain('is not trusted')
    expect(stderr).toContain('AWS_CA_BUNDLE')
  })

  it('NO_PROXY leaves a host out', async () => {
    const before = tunnelled.length
    const more = { ...environment, NO_PROXY: 'aws.example' }
    const { status, stderr } = await run(stack, ['status'], { environment: more })
    expect(tunnelled.length).toBe(before)
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('AWS cannot be reached at https://aws.example'),
    })
  })

  it.each([
    ['missing.pem', 'cannot be read'],
    ['nonsense.pem', 'without a certificate'],
  ])('AWS_CA_BUNDLE may not name %s', async (name, message) => {
    writeFileSync(join(directory, 'nonsense.pem'), 'nothing of the kind')
    const more = { ...environment, AWS_CA_BUNDLE: join(directory, name) }
    const { status, stderr } = await run(stack, ['status'], { environment: more })
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(message) })
  })
})

describe('what is known of a call', async () => {
  const stack = await startCommandStack()

  it('is shown with --debug, without any value', async () => {
    await stack.connect('sales-mailbox')
    const { status, stdout, stderr } = await run(stack, ['token', 'sales-mailbox', '--debug'])
    expect(status).toBe(0)
    const line =
      /^debug: secretsmanager\.GetSecretValue at http:\/\/127\.0\.0\.1:\d+: 200, request id [0-9a-f-]{36}, \d+ ms$/m
    expect(stderr).toMatch(line)
    expect(stderr).not.toContain(stdout.trim())
  })

  it('names the endpoint where nothing answers', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    const { json, status } = await runJson(stack, ['status'], { environment })
    expect(status).toBe(1)
    expect(json.error).toMatchObject({ code: 'AwsNotReached', message: 'AWS cannot be reached at http://127.0.0.1:1' })
  })
})

describe('credentials', async () => {
  const stack = await startCommandStack()
  const directory = mkdtempSync(join(tmpdir(), 'token-refresher-credentials-'))
  const config = join(directory, 'config')
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it.each([
    [
      'an SSO session that has expired',
      'sso_session = work\nsso_account_id = 123456789012\nsso_role_name = operator\n[sso-session work]\nsso_region = eu-central-1\nsso_start_url = https://work.awsapps.com/start\nsso_registration_scopes = sso:account:access',
      'CredentialsExpired',
      'aws sso login',
    ],
    ['a credential_process that fails', 'credential_process = /bin/false', 'CredentialProcessFailed', 'Run it as'],
    [
      'a second factor, without a terminal',
      'role_arn = arn:aws:iam::123456789012:role/operator\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n[profile base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = none',
      'WrongUsage',
      'aws sts get-session-token',
    ],
    ['a profile that is not there', undefined, 'NoCredentials', 'aws configure list-profiles'],
  ])('%s: says so, and what to do', async (_, profile, code, remedy) => {
    writeFileSync(config, profile === undefined ? '' : `[profile mine]\nregion = eu-central-1\n${profile}\n`)
    const environment = {
      ...{ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none'), HOME: directory },
      ...{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
    }
    const { json } = await runJson(stack, ['status', '--profile', 'mine'], { environment })
    expect(json.error).toMatchObject({ code, remedy: expect.stringContaining(remedy) })
  })
})
