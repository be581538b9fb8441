// A service of the embedded stack for SDK clients of this process: no socket, so no other process can reach it.

import { Readable } from 'node:stream'
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'

/** The `requestHandler` of a client. */
export const inProcess = (answer: (request: LoopbackRequest) => LoopbackAnswer) => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async ({ method, path, headers, body }: HttpRequest) => {
    const request = { method, path, query: new URLSearchParams(), headers: lowerCased(headers), body: textOf(body) }
    const { status, headers: answered = {}, body: text = '' } = answer(request)
    return {
      response: new HttpResponse({ statusCode: status, headers: answered, body: Readable.from([Buffer.from(text)]) }),
    }
  },
})

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const textOf = (body: unknown): string => {
  if (body === undefined || typeof body === 'string') return body ?? ''
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  throw new TypeError('a body is a text or bytes here')
}
