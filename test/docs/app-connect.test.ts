// The guide about App Connect: its YAML parses and fits together, its pattern matches real events, and its script runs.

import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { publishedKeys } from '../../lambda/contract.ts'
import type { SentEvent } from '../../local/event-bus.ts'
import { type Embedded, embedded } from '../support/embedded.ts'
import { allBlocksRunBy, block, blocksRunBy, root } from './markdown.ts'

const path = 'docs/guides/hand-on-to-app-connect.md'
const blocks = blocksRunBy('app-connect', path)
const connection = 'sales-mailbox'
const published = `token-refresher/connections/${connection}`

test('every block that says it is run here is', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['json', 'json', 'yaml', 'text'])
  expect(allBlocksRunBy('app-connect')).toHaveLength(5)
})

/** A connection of App Connect's kind, and what was sent of it since it stood. */
const connected = async (change: Record<string, unknown> = {}) => {
  const e = await embedded()
  await e.connect(connection, { publish: 'connection_values', ...change })
  const before = e.eventBus.entries.length
  return { e, since: () => e.eventBus.entries.slice(before) }
}

const newClientSecret = async (e: Embedded): Promise<void> => {
  const { value } = e.entra.addClientSecret(e.clientId)
  const { client_secrets } = e.current('clients', e.clientId).json
  await e.edit('clients', e.clientId, { client_secrets: [{ value }, ...Object(client_secrets)] })
}

describe('the patterns', () => {
  const patterns = [...blocks, ...blocksRunBy('app-connect', 'docs/reference/monitoring.md')]
    .filter(({ text }) => text.includes('detail-type'))
    .map((one) => [one.path, JSON.parse(one.text)] as const)

  /** As EventBridge matches: of several values one is enough, on both sides. */
  const matches = (pattern: unknown, value: unknown): boolean =>
    Array.isArray(pattern)
      ? [value].flat().some((one) => pattern.includes(one))
      : Object.entries(Object(pattern)).every(([key, inner]) => matches(inner, Object(value)[key]))

  const asEventBridge = ({ source, detailType, detail }: SentEvent) => ({ source, 'detail-type': detailType, detail })

  const matched = (pattern: unknown, events: readonly SentEvent[]): readonly string[] =>
    events.filter((event) => matches(pattern, asEventBridge(event))).map(({ detailType }) => detailType)

  test('are in the guide and in the reference', () => {
    expect(patterns.map(([where]) => where)).toEqual([path, 'docs/reference/monitoring.md'])
  })

  test.each(patterns)(
    '%s: matches a new client secret and a new sign-in, and no hourly refresh',
    async (_, pattern) => {
      const { e, since } = await connected()
      await e.tickAfter(63)
      await e.tickAfter(63)
      expect(matched(pattern, since())).toEqual([])
      await newClientSecret(e)
      await e.tickAfter(63)
      expect(matched(pattern, since())).toEqual(['Connection Published'])
      await e.connect(connection)
      expect(since().map(({ detailType }) => detailType)).toContain('Connection Bootstrapped')
      expect(matched(pattern, since())).toEqual(['Connection Published', 'Connection Published'])
    },
  )

  test.each(patterns)('%s: matches no connection that publishes an access token alone', async (_, pattern) => {
    const { e } = await connected({ publish: 'access_token' })
    await newClientSecret(e)
    await e.tickAfter(63)
    await e.connect(connection)
    expect(e.eventBus.entries).toHaveLength(4)
    expect(matched(pattern, e.eventBus.entries)).toEqual([])
  })

  test('name keys that a published secret has', () => {
    for (const [, { detail }] of patterns) expect(publishedKeys).toEqual(expect.arrayContaining(detail.changed))
  })
})

test('the policy of the role is that of every reader', () => {
  const [reader] = blocksRunBy('guides', 'docs/guides/reading-tokens.md')
  expect(JSON.parse(block(blocks, 'json', '{\n  "Version"'))).toEqual(JSON.parse(reader?.text ?? ''))
})

/** A client secret with every character that YAML, JSON or a template might misread. */
const difficult = `~: "{{ x }}" 'y' #\\ & <z>: [1], {2} %25 $& \u00e9 |`

/** What the template or the placeholders have to give. */
const accounts = (values: Readonly<Record<string, unknown>>) => ({
  accounts: {
    NAME_OF_APPLICATION: [
      {
        name: 'Sales mailbox',
        endpoint: {},
        authType: 'BASIC_OAUTH',
        credentials: {
          authType: 'BASIC_OAUTH',
          NAME_OF_CLIENT_ID: values.client_id,
          NAME_OF_CLIENT_SECRET: values.client_secret,
          NAME_OF_ACCESS_TOKEN: values.access_token,
          NAME_OF_REFRESH_TOKEN: values.refresh_token,
        },
      },
    ],
  },
})

describe('the YAML for External Secrets', () => {
  const yaml = block(blocks, 'yaml', 'apiVersion')
  const documents = parseAllDocuments(yaml)
  const [store, secret, configuration] = documents.map((one) => one.toJS())

  test('parses, and its three resources fit together', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect([store, secret, configuration].map(({ kind }) => kind)).toEqual([
      'SecretStore',
      'ExternalSecret',
      'Configuration',
    ])
    expect(secret.spec.secretStoreRef).toEqual({ name: store.metadata.name, kind: store.kind })
    expect(configuration.spec).toEqual({ type: 'accounts', secretName: secret.spec.target.name })
  })

  test('reads the four values of one connection, and its template makes the accounts of them', async () => {
    const { e } = await connected()
    const values: Record<string, unknown> = { ...(await e.value('connections', connection)), client_secret: difficult }
    const data: readonly { secretKey: string; remoteRef: { key: string; property: string } }[] = secret.spec.data
    for (const { remoteRef } of data) expect(remoteRef.key).toBe(published)
    const read = new Map(data.map(({ secretKey, remoteRef }) => [secretKey, values[remoteRef.property]]))
    const made = String(secret.spec.target.template.data.configuration).replace(
      /\{\{ \.(\w+) \| toJson \}\}/g,
      // As Go writes JSON.
      (_, name: string) =>
        JSON.stringify(read.get(name)).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
    )
    expect(made).not.toContain('{{ .')
    expect(parse(made)).toEqual(accounts(values))
  })
})

describe('the script for the service', () => {
  interface Call {
    readonly method: string | undefined
    readonly url: string | undefined
    readonly headers: Readonly<Record<string, unknown>>
    readonly body: unknown
  }

  /** App Connect's API as IBM describes it. */
  const standIn = async (status = 200) => {
    const calls: Call[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { method, url, headers } = request
      calls.push({ method, url, headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(url === '/api/v1/tokens' ? { access_token: 'of-app-connect', expires_in: 43_200 } : {}),
      )
    })
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return { calls, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` }
  }

  const handOn = async (e: Embedded, url: string): Promise<void> => {
    const api = { url, instanceId: 'instance', clientId: 'id', clientSecret: 'made-up', apiKey: 'made-up-too' }
    await e.aws.send(new CreateSecretCommand({ Name: 'app-connect/api', SecretString: JSON.stringify(api) }))
    const text = block(blocks, 'text', 'accounts:')
    await e.aws.send(new CreateSecretCommand({ Name: 'app-connect/accounts', SecretString: text }))
    const module = pathToFileURL(join(root, 'examples/app-connect/hand-on.mjs')).href
    const program = `const { handler } = await import(${JSON.stringify(module)}); await handler({ Records: [] })`
    const { accessKeyId, secretAccessKey } = await e.aws.config.credentials()
    const env = {
      PATH: process.env.PATH ?? '',
      AWS_ENDPOINT_URL: e.awsUrl,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      API_SECRET: 'app-connect/api',
      ACCOUNTS_SECRET: 'app-connect/accounts',
      CONFIGURATION: 'sales-accounts',
    }
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env })
  }

  test('puts all accounts with what is published now, in two calls', async () => {
    const { e } = await connected()
    await e.edit('connections', connection, { client_secret: difficult })
    const { calls, url } = await standIn()
    await handOn(e, url)
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: '/api/v1/tokens',
        headers: { 'x-ibm-instance-id': 'instance', 'x-ibm-client-id': 'id', 'x-ibm-client-secret': 'made-up' },
        body: { apiKey: 'made-up-too' },
      },
      {
        method: 'PUT',
        url: '/api/v1/configurations/sales-accounts',
        headers: { 'x-ibm-instance-id': 'instance', 'x-ibm-client-id': 'id', authorization: 'Bearer of-app-connect' },
        body: { metadata: { name: 'sales-accounts' }, spec: { type: 'accounts' } },
      },
    ])
    const { data } = Object(Object(calls[1]?.body).spec)
    expect(parse(Buffer.from(data, 'base64').toString())).toEqual(accounts(await e.value('connections', connection)))
  })

  test('fails without a value in its message where App Connect refuses', async () => {
    const { e } = await connected()
    const { calls, url } = await standIn(429)
    const error = await handOn(e, url).catch((thrown: unknown) => String(Object(thrown).stderr))
    expect(error).toContain('App Connect answered 429 to POST /api/v1/tokens')
    expect(error).not.toContain('made-up')
    expect(calls).toHaveLength(1)
  })
})
