// One request over undici within one deadline: its answer in bytes, or the point at which it failed.

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from './undici.ts'

export type HttpRequest = Pick<Dispatcher.DispatchOptions, 'origin' | 'path' | 'method' | 'body'> & {
  readonly headers: Readonly<Record<string, string>>
}

export interface ExchangeLimits {
  /**
   * For connection, headers and body together; undici's own limits restart with every byte or every phase, so
   * they do not limit the whole request.
   */
  readonly deadlineMilliseconds: number
  /** An answer that is larger is not read to its end. */
  readonly largestBytes: number
}

interface Received {
  /** 0: no headers have arrived. */
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

export type Exchanged =
  | ({ readonly kind: 'answer' } & Received)
  | ({
      readonly kind: 'broken'
      /** An error code of Node.js or undici, `timeout` or `answer_too_large`. */
      readonly code: string
      /** It is certain that no part of the request was sent. */
      readonly unsent: boolean
      /** Also holds the part of the answer that arrived. */
    } & Received)

/** Does not throw, and follows no redirect. */
export const exchange = (dispatcher: Dispatcher, request: HttpRequest, limits: ExchangeLimits): Promise<Exchanged> =>
  new Promise((resolve) => {
    const handler = new Exchange(limits.largestBytes, (exchanged) => {
      clearTimeout(timer)
      resolve(exchanged)
    })
    const timer = setTimeout(() => handler.stop('timeout'), limits.deadlineMilliseconds)
    try {
      dispatcher.dispatch(request, handler)
    } catch (error) {
      handler.onResponseError(undefined, error)
    }
  })

class Exchange implements Dispatcher.DispatchHandler {
  readonly #largestBytes: number
  readonly #settle: (exchanged: Exchanged) => void
  readonly #chunks: Buffer[] = []
  /** Set immediately before undici writes the request to an open connection, and never earlier. */
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #size = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}

  constructor(largestBytes: number, settle: (exchanged: Exchanged) => void) {
    this.#largestBytes = largestBytes
    this.#settle = settle
  }

  /** Ends the request at once, also if no connection is open yet. */
  stop(code: string): void {
    this.#end({ kind: 'broken', code, unsent: this.#controller === undefined, ...this.#received() })
    this.#controller?.abort(new Error(code))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Aborts before the first byte is written: the deadline passed during the connection attempt.
    if (this.#settled) controller.abort(new Error('timeout'))
    else this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > this.#largestBytes) this.stop('answer_too_large')
  }

  onResponseEnd(): void {
    this.#end({ kind: 'answer', ...this.#received() })
  }

  onResponseError(_: unknown, error: unknown): void {
    const unsent = this.#controller === undefined || wroteNothing(error)
    this.#end({ kind: 'broken', code: codeOf(error), unsent, ...this.#received() })
  }

  #received(): Received {
    const [only = Buffer.alloc(0), ...others] = this.#chunks
    const bytes = others.length === 0 ? only : Buffer.concat(this.#chunks)
    return { status: this.#status, headers: this.#headers, bytes }
  }

  #end(exchanged: Exchanged): void {
    if (this.#settled) return
    this.#settled = true
    this.#settle(exchanged)
  }
}

/** undici counts all bytes of a socket, earlier requests included. So zero means that this request wrote none. */
const wroteNothing = (error: unknown): boolean =>
  error instanceof Error &&
  'socket' in error &&
  typeof error.socket === 'object' &&
  error.socket !== null &&
  'bytesWritten' in error.socket &&
  error.socket.bytesWritten === 0

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : codeOf(error.cause)
}
