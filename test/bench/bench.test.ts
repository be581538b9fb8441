// The benchmark works: small and once, without the peers. No speed is asserted here.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Functions, makeFunctions } from '../../bench/bundles/functions.ts'
import { measureCatchUp } from '../../bench/catch-up.ts'
import { measureColdStarts } from '../../bench/cold-start.ts'
import { signer } from '../../bench/contenders/signed-store.ts'
import { showCost } from '../../bench/cost/cost.ts'
import { besides, summarize } from '../../bench/figures.ts'
import { measureMemory } from '../../bench/memory.ts'
import { byCause } from '../../bench/profile.ts'
import { measureRefreshes } from '../../bench/refreshes.ts'
import { type StandIn, startStandIn } from '../../bench/stand-in/start.ts'
import { measureFullTick, measureQuietTicks } from '../../bench/ticks.ts'

const heard: string[] = []
const say = (text: string): void => {
  heard.push(text)
}

describe('a refresh', { timeout: 60_000 }, () => {
  test('is measured where all contenders make the same calls and stores what was issued', async () => {
    const names = ['undici by hand', 'SDK + undici by hand', 'token-refresher'] as const
    const one = { connections: 30, providerMilliseconds: 0, ticks: 2, repetitions: 1, names }
    const [measured] = await measureRefreshes([one], say, { ...one, ticks: 1 })
    expect([...(measured?.keys() ?? [])]).toEqual(names)
    for (const [spent] of measured?.values() ?? []) expect(spent?.processorMilliseconds).toBeGreaterThan(0)
  })
})

describe('the deployed function', { timeout: 120_000 }, () => {
  let standIn: StandIn
  let functions: Functions

  beforeAll(async () => {
    standIn = await startStandIn()
    functions = makeFunctions(standIn.awsUrl)
  }, 60_000)

  afterAll(async () => {
    functions.remove()
    await standIn.stop()
  })

  test('stores a token after a cold start, as the bundle of the SDK alone does', async () => {
    const withoutPeers = { ...functions, msal: undefined }
    expect((await measureColdStarts({ standIn, functions: withoutPeers, say }, 1)).median).toBeGreaterThan(0)
  })

  test('tells how much memory it has taken', async () => {
    const { first } = await measureMemory({ standIn, functions, say }, { sizes: [10, 200], repetitions: 1, pages: 10 })
    expect(first.median).toBeGreaterThan(0)
  })

  test('makes list calls only when nothing is due', async () => {
    const waiting = await measureQuietTicks({ standIn, functions, say }, 250, 1)
    expect(waiting.median).toBeGreaterThan(0)
  })

  test('leaves in a full tick what it has no time for', async () => {
    const { share } = await measureFullTick({ standIn, functions, say }, 500, 42)
    expect(share).toBeGreaterThan(0)
    expect(heard.at(-1)).toMatch(/left to the next tick │ \d+, [1-9]/)
  })
})

test('catching up refreshes all connections and avoids every lapse that can be avoided', {
  timeout: 60_000,
}, async () => {
  expect(await measureCatchUp(300, say)).toMatchObject({ lapses: 0 })
})

test('the cost is reported beside that of a rotation', () => {
  showCost(say)
  expect(heard.at(-1)).toContain('20,000')
})

test('what is signed by hand has the signature that the SDK gives', async () => {
  const seen = Promise.withResolvers<{ readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      seen.resolve({ headers: request.headers, body })
      response.setHeader('content-type', 'application/x-amz-json-1.1').end('{}')
    })
  })
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(address === null || typeof address === 'string' ? 0 : address.port)
    }),
  )
  const url = `http://127.0.0.1:${port}`
  const access = { region: 'eu-central-1', accessKeyId: 'bench', secretAccessKey: randomUUID() }
  const client = new SecretsManagerClient({ region: access.region, endpoint: url, credentials: access })
  client.middlewareStack.addRelativeTo(onlySigned, { relation: 'before', toMiddleware: 'httpSigningMiddleware' })
  await client.send(new GetSecretValueCommand({ SecretId: 'a' }))
  const { headers, body } = await seen.promise
  server.close()
  client.destroy()
  const date = String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')
  const signed = signer({ url, ...access })('GetSecretValue', body, new Date(date))
  expect(signed.authorization).toBe(headers.authorization)
})

/** Takes away the headers that would be signed by the SDK and are not sent by hand. */
const onlySigned =
  <Args extends { request: unknown }, Answer>(next: (args: Args) => Promise<Answer>) =>
  (args: Args): Promise<Answer> => {
    const { request } = args
    if (isWithHeaders(request)) {
      const wanted = ['host', 'content-type', 'x-amz-target']
      request.headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => wanted.includes(name)))
    }
    return next(args)
  }

const isWithHeaders = (request: unknown): request is { headers: Record<string, string> } =>
  typeof request === 'object' && request !== null && 'headers' in request

describe('figures', () => {
  test('of repetitions are their median, minimum and maximum', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, minimum: 1, maximum: 3 })
    expect(summarize([4, 1])).toEqual({ median: 2.5, minimum: 1, maximum: 4 })
  })

  test('compare two contenders within the same repetition', () => {
    expect(besides([2, 9], [1, 3])).toEqual({ median: 2.5, minimum: 2, maximum: 3 })
  })

  test('of a profile go to the innermost frame that is known', () => {
    const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
      id,
      callFrame: { functionName, url },
      children,
    })
    const nodes = [
      node(1, '(root)', '', [2, 5]),
      node(2, 'put', 'file:///x/lambda/adapters/a.ts', [3]),
      node(3, 'sign', 'file:///x/node_modules/@smithy/signature-v4/index.js', [4]),
      node(4, 'digest', ''),
      node(5, '(idle)', ''),
    ]
    const spent = byCause({ nodes, samples: [4, 2, 5, 1], timeDeltas: [10, 20, 40, 80] })
    expect(Object.fromEntries(spent)).toEqual({
      'SDK: signing': 10,
      'ours: lambda/adapters': 20,
      'Node.js itself: promises, timers, events': 80,
    })
  })
})
