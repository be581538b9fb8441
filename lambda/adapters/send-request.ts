// Sends one request to a provider and keeps the whole answer. Others find its meaning.

import type { Reply } from '../core/failures/classify.ts'
import { decodeBody } from './decode-body.ts'
import { type Exchanged, exchange } from './exchange.ts'
import type { Dispatcher } from './undici.ts'

/** No token answer is nearly this large. A larger answer is not read to its end. */
export const largestAnswerBytes = 1_000_000

export interface WebRequest {
  /** @default POST */
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** @default none */
  readonly body?: string
}

/** The result of the request. */
export interface Asked {
  readonly reply: Reply
  /** If the answer is incomplete: the part of its text that arrived. */
  readonly partial?: string
}

export interface Wire {
  readonly dispatcher: Dispatcher
  readonly now: () => number
  /** For connection, headers and body together. */
  readonly deadlineMilliseconds: number
}

/** Does not throw for anything that a provider or a network can do. */
export const sendRequest = async (wire: Wire, sent: WebRequest): Promise<Asked> => {
  const { url, method = 'POST', headers: own, body = null } = sent
  const { origin, pathname, search } = new URL(url)
  const request = { origin, path: pathname + search, method, headers: own, body } as const
  const { deadlineMilliseconds } = wire
  const exchanged = await exchange(wire.dispatcher, request, { deadlineMilliseconds, largestBytes: largestAnswerBytes })
  const decoded = decodeBody(exchanged.bytes.subarray(0, largestAnswerBytes), encodingOf(exchanged), largestAnswerBytes)
  if (exchanged.kind === 'broken') {
    const reply = { kind: 'no-answer', code: exchanged.code, unsent: exchanged.unsent } as const
    return decoded === 'too-large' || decoded.text === '' ? { reply } : { reply, partial: decoded.text }
  }
  if (decoded === 'too-large') return { reply: { kind: 'no-answer', code: 'answer_too_large', unsent: false } }
  const { status, headers } = exchanged
  const reply = { kind: 'answer', status, body: decoded.text, receivedAt: wire.now() } as const
  const { 'retry-after': retryAfter, location } = headers
  return {
    reply: {
      ...reply,
      ...(typeof retryAfter === 'string' && { retryAfter }),
      ...(typeof location === 'string' && { location }),
    },
  }
}

const encodingOf = ({ headers }: Exchanged): string => {
  const header = headers['content-encoding']
  return typeof header === 'string' ? header : ''
}
