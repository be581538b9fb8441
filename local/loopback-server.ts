// An HTTP server on loopback with faults on demand: the base of both embedded services.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Delivery, deliver, type LoopbackAnswer } from './delivery.ts'
import { type Audience, refusalOf } from './strangers.ts'

export type { LoopbackAnswer } from './delivery.ts'

export interface LoopbackRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * What can go wrong with one request:
 * - `delay`: the answer takes this much longer, in real milliseconds
 * - `reset`: the connection is cut before the request is processed
 * - `lose-answer`: the request is processed, then the connection is cut
 * - `silence`: the request is never answered (until the client gives up)
 * - `answer`: this answer is given in place of processing
 * - `delivery`: the request is processed, and its answer is sent like this
 */
export type Fault =
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'answer'; readonly answer: LoopbackAnswer }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }

/** Called once per request. */
export type FaultSource = (request: LoopbackRequest) => Fault | undefined

export const badGateway: Fault = {
  kind: 'answer',
  answer: {
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
  },
}

export interface LoopbackServerOptions {
  readonly handle: (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>
  /** @default no faults */
  readonly faults?: FaultSource
  /** @default 0: any free port */
  readonly port?: number
  /** @default programs: no request of a web page is answered */
  readonly audience?: Audience
}

/** More than any request to AWS or Entra takes: a value has 64 KB at most, a batch of ids or events less than 300. */
const largestBody = 1024 * 1024

export class LoopbackServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #options: LoopbackServerOptions
  #port = 0

  private constructor(options: LoopbackServerOptions) {
    this.#options = options
    this.#server = createServer(
      { keepAliveTimeout: 60_000 },
      (request, response) => void this.#serve(request, response),
    )
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(options: LoopbackServerOptions): Promise<LoopbackServer> {
    const server = new LoopbackServer(options)
    await server.#listen(options.port ?? 0)
    return server
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Refuses connections from now on, like a host where no process listens. */
  async refuseConnections(): Promise<void> {
    if (!this.#server.listening) return
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  async acceptConnections(): Promise<void> {
    if (!this.#server.listening) await this.#listen(this.#port)
  }

  async close(): Promise<void> {
    await this.refuseConnections()
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject)
        this.#port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = refusalOf(incoming.method ?? 'GET', incoming.headers, this.#options.audience ?? 'programs')
      if (refusal !== undefined) return refuse(incoming, response, 403, refusal)
      const request = await readRequest(incoming)
      if (request === 'too large') return refuse(incoming, response, 413, `a body has ${largestBody} bytes at most`)
      const fault = this.#options.faults?.(request)
      if (fault?.kind === 'reset') return void incoming.socket.destroy()
      if (fault?.kind === 'silence') return
      if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
      const answer = fault?.kind === 'answer' ? fault.answer : await this.#options.handle(request)
      if (fault?.kind === 'lose-answer') return void incoming.socket.destroy()
      deliver(response, fault?.kind === 'delivery' ? { ...answer, delivery: fault.delivery } : answer)
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`the embedded stack failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
}

/** Closes the connection without reading the rest of the body. */
const refuse = (incoming: IncomingMessage, response: ServerResponse, status: number, why: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' })
  response.end(`The embedded stack answers the user who started it: ${why}.\n`, () => incoming.socket.destroySoon())
}

const readRequest = async (incoming: IncomingMessage): Promise<LoopbackRequest | 'too large'> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > largestBody) return 'too large'
    chunks.push(chunk as Buffer)
  }
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}
