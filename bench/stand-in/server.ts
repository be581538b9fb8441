// The process of the stand-in servers: Secrets Manager and a token endpoint, as fast as Node.js answers, with delays on
// demand. The embedded services of local/ do far more for each request than a measurement of clients should wait for.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as v from 'valibot'
import { answerQuestions } from '../question.ts'
import { Refused, Secrets } from './secrets.ts'
import { accessToken, connectionName, refreshToken } from './seed.ts'
import { Traffic } from './traffic.ts'
import { type Report, scope, type World, world } from './world.ts'

let present: World = { connections: 0, due: 0, storeMilliseconds: 0, providerMilliseconds: 0, quotas: false }
let secrets = new Secrets(present, '')
let traffic = new Traffic(false)
/** Refresh token issued last, by the access token that came with it. */
let issued = new Map<string, string>()

type Answer = readonly [status: number, body: object]

const answerStore = (request: IncomingMessage, body: string): Answer => {
  const [, operation = ''] = String(request.headers['x-amz-target']).split('.')
  const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=')
  if (!signed) return [400, { __type: 'MissingAuthenticationTokenException' }]
  if (!traffic.admit(operation)) return [400, { __type: 'ThrottlingException', Message: 'Rate exceeded' }]
  try {
    return [200, secrets.call(operation, JSON.parse(body))]
  } catch (error) {
    if (error instanceof Refused) return [400, { __type: error.message }]
    throw error
  }
}

const answerToken = (_: IncomingMessage, body: string): Answer => {
  traffic.tokenRequests++
  const form = new URLSearchParams(body)
  const complete = ['client_id', 'client_secret', 'refresh_token'].every((key) => form.get(key))
  if (!complete || form.get('grant_type') !== 'refresh_token') return [400, { error: 'invalid_request' }]
  const token = { access_token: accessToken(), refresh_token: refreshToken() }
  issued.set(token.access_token, token.refresh_token)
  return [200, { token_type: 'Bearer', scope, expires_in: 4800, ext_expires_in: 4800, ...token }]
}

const serve = async (answer: (request: IncomingMessage, body: string) => Answer, milliseconds: () => number) => {
  const respond = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const [status, json] = answer(request, body)
    const text = JSON.stringify(json)
    response.writeHead(status, {
      'content-type': request.headers['x-amz-target'] ? 'application/x-amz-json-1.1' : 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    response.end(text)
  }
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const wait = milliseconds()
      if (wait === 0) respond(request, response, body)
      else setTimeout(respond, wait, request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in server has no port')
  return `http://127.0.0.1:${address.port}`
}

const awsUrl = serve(answerStore, () => present.storeMilliseconds)
const tokenEndpoint = serve(answerToken, () => present.providerMilliseconds).then(
  (url) => `${url}/organizations/oauth2/v2.0/token`,
)

const isRefreshed = (name: string): boolean => {
  const [grant = '{}', published = '{}'] = [secrets.textOf('grants', name), secrets.textOf('connections', name)]
  const { access_token, refresh_token } = JSON.parse(grant)
  const isNew = issued.has(access_token) && issued.get(access_token) === refresh_token
  return isNew && JSON.parse(published).access_token === access_token
}

const tell = (): Report => {
  const names = Array.from({ length: present.connections }, (_, index) => connectionName(index))
  const { calls, tokenRequests, throttled, mostWritesInASecond, writingMilliseconds } = traffic
  return {
    calls,
    tokenRequests,
    throttled,
    refreshed: names.filter(isRefreshed).length,
    writes: {
      count: calls.PutSecretValue ?? 0,
      mostInASecond: mostWritesInASecond,
      milliseconds: writingMilliseconds,
    },
  }
}

answerQuestions(async (question) => {
  if (question === null || typeof question !== 'object') throw new Error('not a question')
  if ('tell' in question) return tell()
  if ('world' in question) {
    present = v.parse(world, question.world)
    traffic = new Traffic(present.quotas)
    issued = new Map()
    secrets = new Secrets(present, await tokenEndpoint)
  }
  return { awsUrl: await awsUrl, tokenEndpoint: await tokenEndpoint }
})
