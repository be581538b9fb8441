// From what came back from the token endpoint to a failure. Order: HTTP status, `error`, `suberror`, AADSTS codes.

import * as v from 'valibot'
import type { Failure } from './failure.ts'
import {
  type AadstsRow,
  aadsts,
  errors,
  fallbacks,
  type Grant,
  isCode,
  ownFailure,
  type Ruling,
  rowOf,
  suberrors,
  transportFamilies,
  transports,
} from './failure-table.ts'

export type { Grant } from './failure-table.ts'

/** What came back from the token endpoint: an HTTP answer, or none. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** The header as it came. */
      readonly retryAfter?: string
      readonly body: string
      /** Milliseconds since 1970, for a Retry-After that is a date. */
      readonly receivedAt: number
    }
  | {
      readonly kind: 'no-answer'
      /** An error code of Node.js or undici, or `timeout`. */
      readonly code: string
      /** True when it is certain that the request never reached the provider. */
      readonly unsent: boolean
    }

type Verdict = Pick<Failure, 'class' | 'code' | 'remedy' | 'unknown' | 'concerns'>

const text = v.fallback(v.optional(v.string()), undefined)

/** An error answer of RFC 6749 with Entra's additions. Only `error` must be there; the rest is taken if it fits. */
const errorBody = v.object({
  error: v.string(),
  error_description: text,
  error_codes: v.fallback(v.array(v.fallback(v.union([v.number(), v.string()]), '')), []),
  suberror: text,
  trace_id: text,
  correlation_id: text,
})

type ErrorBody = v.InferOutput<typeof errorBody>

/** Why a reply brought no tokens. A 2xx ends up here when it could not be used. */
export const classifyReply = (reply: Reply, grant: Grant): Failure => {
  if (reply.kind === 'no-answer') return classifyTransport(reply.code)
  const body = parseErrorBody(reply.body)
  const codes = body === undefined ? [] : codesOf(body)
  const retryAfterSeconds = secondsToWait(reply.retryAfter, reply.receivedAt)
  const traceId = guidOf(body?.trace_id)
  const correlationId = guidOf(body?.correlation_id)
  return {
    ...judge(reply.status, body, codes, grant),
    httpStatus: reply.status,
    ...(codes.length > 0 && { errorCodes: codes }),
    ...(traceId !== undefined && { traceId }),
    ...(correlationId !== undefined && { correlationId }),
    // A 5xx stays transient with it: the provider is down, not we too fast; the wait is obeyed all the same.
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

/** No answer at all: nothing is known of the token, so it is transient whatever the code. */
export const classifyTransport = (code: string): Failure => {
  const ruling = rowOf(transports, code) ?? transportFamilies.find(([prefix]) => code.startsWith(prefix))?.[1]
  const safeCode = isCode(code) ? code : 'no_answer'
  if (ruling !== undefined) return verdict(safeCode, ruling)
  return { ...verdict(safeCode, fallbacks.unknownTransport), unknown: true }
}

const definiteClasses: readonly string[] = ['reauthorize', 'policy', 'account', 'client', 'request']

/**
 * Whether the provider itself has judged the grant or the credentials. A redirect points elsewhere and judges
 * nothing; what we refuse ourselves has no HTTP status.
 */
export const isDefinite = ({ class: kind, httpStatus }: Failure): boolean =>
  definiteClasses.includes(kind) && httpStatus !== undefined && !isRedirect(httpStatus)

/** At bootstrap the endpoint is wrong; where it worked until now, a redirect is somebody's maintenance page. */
const redirected = (grant: Grant): Failure =>
  grant === 'refresh_token'
    ? { ...ownFailure('redirected'), class: 'transient', unknown: true }
    : ownFailure('redirected')

const isRedirect = (status: number): boolean => status >= 300 && status < 400

/** 408 and 5xx: the provider, or what stands before it, could not answer. */
const isOutage = (status: number): boolean => status === 408 || (status >= 500 && status < 600)

const judge = (status: number, body: ErrorBody | undefined, codes: readonly number[], grant: Grant): Verdict => {
  if (isRedirect(status)) return redirected(grant)
  const known = body === undefined ? undefined : judgeBody(status, body, codes, grant)
  if (status === 429) {
    return known?.class === 'throttled' ? known : verdict(`http_${status}`, fallbacks.tooManyRequests)
  }
  if (known !== undefined) return known
  const code = codeOf(status, body)
  if (isOutage(status)) return verdict(code, fallbacks.providerDown)
  if (body !== undefined && isCode(body.error)) return { ...verdict(code, fallbacks.unknownError), unknown: true }
  if (status >= 200 && status < 300) return ownFailure('unusable_answer')
  // 404 too: a wrong URL shows at bootstrap, and where it worked yesterday a gateway's 404 is an outage.
  return { ...verdict(code, fallbacks.unknownAnswer), unknown: true }
}

const judgeBody = (status: number, body: ErrorBody, codes: readonly number[], grant: Grant): Verdict | undefined => {
  const refined = mostSpecific(codes, body.error)
  if (refined !== undefined) {
    const [number, row] = refined
    const onRefresh =
      body.error === 'invalid_grant' && grant === 'refresh_token' ? row.invalidGrantOnRefresh : undefined
    return verdict(`AADSTS${number}`, onRefresh ?? row)
  }
  const error = rowOf(errors, body.error)
  const ruling = rowOf(suberrors, body.suberror ?? '') ?? error?.byGrant?.[grant] ?? error
  return ruling && verdict(codeOf(status, body), ruling)
}

/** A longer code refines the family that it begins with; among equals the first counts. */
const mostSpecific = (codes: readonly number[], error: string): readonly [number, AadstsRow] | undefined => {
  let best: readonly [number, AadstsRow] | undefined
  for (const code of codes) {
    const row = aadsts[code]
    if (row === undefined || (row.wrapper && (codes.length > 1 || error === 'invalid_grant'))) continue
    if (best === undefined || digits(code) > digits(best[0])) best = [code, row]
  }
  return best
}

const digits = (code: number): number => String(code).length

const verdict = (code: string, { class: kind, concerns, remedy }: Ruling): Verdict => ({
  class: kind,
  code,
  concerns,
  remedy,
})

const codeOf = (status: number, body: ErrorBody | undefined): string =>
  body !== undefined && isCode(body.error) ? body.error : `http_${status}`

const parseErrorBody = (body: string): ErrorBody | undefined => {
  try {
    const parsed = v.safeParse(errorBody, JSON.parse(body))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

/** From `error_codes`; where that is missing, the one code that the description begins with and nothing else of it. */
const codesOf = ({ error_codes, error_description = '' }: ErrorBody): readonly number[] => {
  const listed = error_codes.map(String).filter((code) => /^\d{4,8}$/.test(code))
  if (listed.length > 0) return [...new Set(listed.map(Number))].slice(0, 8)
  const leading = /^AADSTS(\d{4,8})(?!\d)/.exec(error_description)?.[1]
  return leading === undefined ? [] : [Number(leading)]
}

const guidOf = (id: string | undefined): string | undefined =>
  id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined

/** MSAL's cap: a provider that asks for a day is asked again after an hour. */
const longestWaitSeconds = 3600

/** Retry-After of RFC 9110: seconds, or a date in one of its three forms. Anything else is as good as no header. */
const secondsToWait = (header: string | undefined, receivedAt: number): number | undefined => {
  const value = header?.trim() ?? ''
  if (/^[+-]?\d+$/.test(value)) return clampWait(Number(value))
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : clampWait(Math.ceil((date - receivedAt) / 1000))
}

const clampWait = (seconds: number): number => Math.min(Math.max(seconds, 0), longestWaitSeconds)
