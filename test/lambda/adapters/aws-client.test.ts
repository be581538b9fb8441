// The SDK's calls over a real socket: what is sent, what comes back, and how a failure is named.

import { createServer, type RequestListener } from 'node:http'
import { HttpRequest } from '@smithy/core/protocols'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsClientDefaults } from '../../../lambda/adapters/aws-client.ts'

const limits = { connectMilliseconds: 1_000, headersMilliseconds: 60_000, bodyMilliseconds: 60_000 }

const listening = async (answer: RequestListener): Promise<number> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const call = (port: number, attemptMilliseconds = 60_000) => {
  const { requestHandler } = awsClientDefaults(limits, attemptMilliseconds)
  onTestFinished(() => requestHandler.destroy())
  const place = { protocol: 'http:', hostname: '127.0.0.1', port, method: 'POST', path: '/invoke' }
  return requestHandler.handle(
    new HttpRequest({ ...place, query: { Qualifier: 'a b' }, headers: { 'x-amz-target': 'some.Call' }, body: 'é' }),
  )
}

const failure = async (answer: Promise<unknown>) => {
  const error = await answer.catch((thrown: unknown) => thrown)
  return error instanceof Error && 'code' in error ? { name: error.name, code: error.code } : error
}

describe('a call of AWS', () => {
  it('is sent as the SDK made it, and answered with the whole body', async () => {
    const sent: unknown[] = []
    const port = await listening(async (request, response) => {
      const chunks = await request.toArray()
      const { method, url, headers } = request
      sent.push({ method, url, target: headers['x-amz-target'], body: Buffer.concat(chunks).toString() })
      response.writeHead(400, { 'x-amzn-errortype': 'Some', 'set-cookie': ['a', 'b'] })
      response.write('one ')
      setImmediate(() => response.end('two'))
    })
    const { response } = await call(port)
    expect(sent).toEqual([{ method: 'POST', url: '/invoke?Qualifier=a%20b', target: 'some.Call', body: 'é' }])
    expect(response).toMatchObject({ statusCode: 400, headers: { 'x-amzn-errortype': 'Some', 'set-cookie': 'a,b' } })
    expect(Buffer.from(response.body).toString()).toBe('one two')
  })

  it('has an empty answer', async () => {
    const { response } = await call(await listening((_, answer) => answer.end()))
    expect(response.body).toHaveLength(0)
  })

  // The SDK's retries know a passing failure by these names.
  it.each<[string, RequestListener, object, number?]>([
    ['no answer in time', () => {}, { name: 'TimeoutError', code: 'timeout' }, 50],
    ['half an answer in time', (_, r) => r.write('x'), { name: 'TimeoutError', code: 'timeout' }, 500],
    ['no answer', (request) => request.socket.destroy(), { name: 'RequestTimeout', code: 'UND_ERR_SOCKET' }],
    [
      'half an answer',
      (request, r) => r.write('x', () => request.socket.destroy()),
      { name: 'Error', code: 'UND_ERR_SOCKET' },
    ],
  ])('that gets %s fails by that name', async (_, answer, expected, attemptMilliseconds) => {
    expect(await failure(call(await listening(answer), attemptMilliseconds))).toEqual(expected)
  })

  it('that no one listens for fails by the code of the system', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    await new Promise((resolve) => server.close(resolve))
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await failure(call(port))).toEqual({ name: 'Error', code: 'ECONNREFUSED' })
  })
})
