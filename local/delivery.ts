// How the server sends an answer: at once, or like a slow, broken or dishonest server.

import type { ServerResponse } from 'node:http'

/**
 * - `drip`: status and headers at once, then the body, `bytes` at a time (default: 1)
 * - `slow-headers`: status at once, then one header after another, without end
 * - `stall`: the body stops after this many bytes, and the connection stays open
 * - `cut`: the connection is closed after this many bytes of the body, or reset
 */
export type Delivery =
  | { readonly kind: 'drip'; readonly everyMilliseconds: number; readonly bytes?: number | undefined }
  | { readonly kind: 'slow-headers'; readonly everyMilliseconds: number }
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly reset?: boolean | undefined }

export interface LoopbackAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  /** @default at once and whole */
  readonly delivery?: Delivery
}

export const deliver = (response: ServerResponse, answer: LoopbackAnswer): void => {
  const body = Buffer.from(answer.body ?? '')
  const { delivery } = answer
  if (delivery?.kind !== 'slow-headers') {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length })
    if (delivery !== undefined) response.flushHeaders()
  }
  switch (delivery?.kind) {
    case undefined:
      response.end(body)
      break
    case 'slow-headers':
      sendHeadersWithoutEnd(response, answer, delivery.everyMilliseconds)
      break
    case 'drip':
      drip(response, body, delivery)
      break
    case 'stall':
      response.write(body.subarray(0, delivery.afterBytes))
      break
    case 'cut':
      cut(response, body, delivery)
      break
  }
}

const cut = (response: ServerResponse, body: Buffer, { afterBytes, reset }: Extract<Delivery, { kind: 'cut' }>) => {
  const close = () => (reset ? response.socket?.resetAndDestroy() : response.socket?.destroy())
  // The headers are on their way before the connection ends.
  if (afterBytes === 0) setImmediate(close)
  else response.write(body.subarray(0, afterBytes), close)
}

const drip = (
  response: ServerResponse,
  body: Buffer,
  { everyMilliseconds, bytes = 1 }: Extract<Delivery, { kind: 'drip' }>,
): void => {
  let sent = 0
  everyUntilClosed(response, everyMilliseconds, (stop) => {
    response.write(body.subarray(sent, sent + bytes))
    sent += bytes
    if (sent < body.length) return
    stop()
    response.end()
  })
}

/** Written to the socket, because the HTTP server sends all headers at once. */
const sendHeadersWithoutEnd = (response: ServerResponse, { status }: LoopbackAnswer, every: number): void => {
  const { socket } = response
  if (socket === null) return
  socket.write(`HTTP/1.1 ${status} Slow\r\n`)
  let line = 0
  everyUntilClosed(response, every, () => {
    socket.write(`x-slow-${line++}: ${line}\r\n`)
  })
}

const everyUntilClosed = (response: ServerResponse, milliseconds: number, act: (stop: () => void) => void): void => {
  const timer = setInterval(() => act(stop), milliseconds)
  const stop = () => clearInterval(timer)
  response.socket?.once('close', stop)
}
