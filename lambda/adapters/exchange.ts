// One POST over undici within one deadline: its answer in bytes, or the point at which it failed.

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from './undici.ts'

/** No token answer is nearly this large. A larger answer is not read to its end. */
export const largestAnswerBytes = 1_000_000

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
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

/**
 * @param deadlineMilliseconds for connection, headers and body together; undici's own limits restart with
 *   every byte or every phase, so they do not limit the whole request
 */
export const exchange = (dispatcher: Dispatcher, post: Post, deadlineMilliseconds: number): Promise<Exchanged> =>
  new Promise((resolve) => {
    const { origin, pathname, search } = new URL(post.url)
    const handler = new Exchange((exchanged) => {
      clearTimeout(timer)
      resolve(exchanged)
    })
    const timer = setTimeout(() => handler.stop('timeout'), deadlineMilliseconds)
    const options = { origin, path: pathname + search, method: 'POST', headers: post.headers, body: post.body } as const
    try {
      dispatcher.dispatch(options, handler)
    } catch (error) {
      handler.onResponseError(undefined, error)
    }
  })

class Exchange implements Dispatcher.DispatchHandler {
  readonly #settle: (exchanged: Exchanged) => void
  readonly #chunks: Buffer[] = []
  /** Set immediately before undici writes the request to an open connection, and never earlier. */
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #size = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}

  constructor(settle: (exchanged: Exchanged) => void) {
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
    if (this.#size > largestAnswerBytes) this.stop('answer_too_large')
  }

  onResponseEnd(): void {
    this.#end({ kind: 'answer', ...this.#received() })
  }

  onResponseError(_: unknown, error: unknown): void {
    const unsent = this.#controller === undefined || wroteNothing(error)
    this.#end({ kind: 'broken', code: codeOf(error), unsent, ...this.#received() })
  }

  #received(): Received {
    return { status: this.#status, headers: this.#headers, bytes: Buffer.concat(this.#chunks) }
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
