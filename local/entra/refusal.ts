// A request that is refused, and the answer Entra gives to it.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { errorOf, statusOf, suberrorOf } from './aadsts-answers.ts'
import { describe, type Words } from './failure-texts.ts'
import type { Random } from './random.ts'

export interface RefusalDetails {
  /** @default the one that goes with the code */
  readonly error?: string | undefined
  /** @default the one that goes with the code, if any */
  readonly suberror?: string | undefined
  /** @default the one that goes with the code */
  readonly status?: number | undefined
  /** Everything in `error_codes`. @default the code alone */
  readonly codes?: readonly number[] | undefined
  readonly retryAfterSeconds?: number | undefined
  /** Values that fill the description. */
  readonly words?: Words | undefined
}

export class Refusal {
  readonly code: number
  readonly details: RefusalDetails

  constructor(code: number, details: RefusalDetails = {}) {
    this.code = code
    this.details = details
  }

  get error(): string {
    return this.details.error ?? errorOf(this.code)
  }
}

export const refuse = (code: number, words: Words = {}): Refusal => new Refusal(code, { words })

/** The values of a request that the text of a refusal needs. */
export interface Wording {
  readonly random: Random
  readonly now: number
  readonly headers: LoopbackRequest['headers']
  readonly words: Words
}

export const refusalBody = (refusal: Refusal, wording: Wording): Record<string, unknown> => {
  const { code, details, error } = refusal
  const timestamp = `${new Date(wording.now).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const traceId = wording.random.guid()
  const correlationId = correlationIdOf(wording.headers) ?? wording.random.guid()
  const text = describe(code, { ...wording.words, ...details.words })
  const suberror = details.suberror ?? suberrorOf(code)
  return {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: details.codes ?? [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    ...(suberror === undefined ? {} : { suberror }),
    ...extraFields(code, wording.random),
  }
}

export const refusalAnswer = (refusal: Refusal, wording: Wording): LoopbackAnswer => {
  const body = refusalBody(refusal, wording)
  const { status, retryAfterSeconds } = refusal.details
  return {
    status: status ?? statusOf(refusal.code, refusal.error),
    headers: {
      ...jsonHeaders,
      'x-ms-request-id': String(body.trace_id),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(body),
  }
}

export const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store, no-cache',
  pragma: 'no-cache',
}

const guidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => guidShape.test(text)

const correlationIdOf = (headers: LoopbackRequest['headers']): string | undefined => {
  const given = headers['client-request-id']
  return typeof given === 'string' && isGuid(given) ? given : undefined
}

const extraFields = (code: number, random: Random): Record<string, string> => {
  if (code === 50055) return { password_change_url: 'https://portal.microsoftonline.com/ChangePassword.aspx' }
  if (code !== 53003) return {}
  const capolids = { essential: true, values: [random.guid()] }
  return { claims: JSON.stringify({ access_token: { capolids } }) }
}
