// Classifies an answer of the token endpoint as a failure: first by the HTTP status, then by the body.

import type { Failure } from './failure.ts'
import {
  type AadstsRow,
  aadsts,
  asAskedByProvider,
  askEntra,
  type ErrorAnswer,
  errorKeyOf,
  errors,
  fallbacks,
  familyOf,
  type GrantType,
  isCode,
  isLoose,
  isVague,
  ownFailure,
  type Ruling,
  readErrorAnswer,
  rowOf,
  rulingOfSentence,
  secretFilter,
  suberrors,
  transports,
  useNewEndpoint,
  withoutSecrets,
} from './failure-table.ts'

export type { GrantType } from './failure-table.ts'

/** The result of a token request: an HTTP answer, or none. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** The header as received. */
      readonly retryAfter?: string
      /** The header of a redirect, as received. */
      readonly location?: string
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

type Verdict = Pick<Failure, 'class' | 'code' | 'concerns' | 'remedy' | 'unknown' | 'onceItLasts'>

/**
 * Why a reply brought no tokens. A 2xx counts here if the refresher cannot use it.
 *
 * @param secrets the sent secrets, and the tokens in the answer: no word that repeats one of them becomes a code
 */
export const classifyReply = (reply: Reply, grant: GrantType, secrets: readonly string[] = []): Failure => {
  if (reply.kind === 'no-answer') return classifyTransport(reply.code)
  const isSecret = secretFilter(secrets)
  const read = readErrorAnswer(reply.status, reply.body)
  const answer = read && withoutSecrets(read, isSecret, isKnown)
  const retryAfterSeconds = secondsToWait(reply.retryAfter, reply.receivedAt)
  const judged = isRedirect(reply.status)
    ? redirected(grant, isSecret(reply.location ?? '') ? undefined : reply.location)
    : judge(reply.status, answer, grant)
  return {
    ...(retryAfterSeconds === undefined ? judged : passing(judged, reply.status)),
    httpStatus: reply.status,
    ...(answer !== undefined && answer.codes.length > 0 && { errorCodes: answer.codes }),
    ...(answer?.traceId !== undefined && { traceId: answer.traceId }),
    ...(answer?.correlationId !== undefined && { correlationId: answer.correlationId }),
    // A 5xx stays transient with it, because the provider is down and we are not too fast. The wait is obeyed too.
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

const isKnown = {
  word: (word: string) => errorKeyOf(word) !== undefined,
  code: (code: number) => aadsts[code] !== undefined,
}

/** Without an answer nothing is known of the token, so every code is transient. */
export const classifyTransport = (code: string): Failure => {
  const ruling = rowOf(transports, code) ?? familyOf(code)
  const safeCode = isCode(code) ? code : 'no_answer'
  if (ruling !== undefined) return verdict(safeCode, ruling)
  return { ...verdict(safeCode, fallbacks.unknownTransport), unknown: true }
}

const definiteClasses: readonly string[] = ['reauthorize', 'policy', 'account', 'client', 'request', 'refused']

/**
 * Whether the provider itself has judged the grant or the credentials. A redirect points elsewhere and judges
 * nothing; what we refuse ourselves has no HTTP status.
 */
export const isDefinite = ({ class: kind, httpStatus }: Failure): boolean =>
  definiteClasses.includes(kind) && httpStatus !== undefined && !isRedirect(httpStatus)

/** A provider that refuses with Retry-After has not refused for good, unless it continues to refuse. */
const passing = (judged: Verdict, status: number): Verdict => {
  if (!definiteClasses.includes(judged.class) || isRedirect(status)) return judged
  return { ...judged, class: 'throttled', remedy: asAskedByProvider, onceItLasts: meaningOf(judged) }
}

const meaningOf = ({ class: name, remedy, concerns }: Verdict) => ({
  class: name,
  remedy,
  ...(concerns !== undefined && { concerns }),
})

/** At bootstrap a redirect means that the endpoint is wrong. Later it may lead to a page about maintenance. */
const redirected = (grant: GrantType, location: string | undefined): Verdict => {
  const failure = ownFailure('redirected')
  const target = location === undefined ? undefined : shownTarget(location)
  const moved = target === undefined ? failure : { ...failure, remedy: useNewEndpoint(target) }
  if (grant !== 'refresh_token') return moved
  return { ...moved, class: 'transient', unknown: true, onceItLasts: meaningOf(moved) }
}

/** Host and path of a redirect's target, without the query, and without each part of the path that could be a token. */
const shownTarget = (location: string): string | undefined => {
  if (!URL.canParse(location)) return undefined
  const { protocol, host, pathname } = new URL(location)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  const plain = /^(\/[\w.~-]{0,40}){0,8}$/.test(pathname)
  return plain ? `${protocol}//${host}${pathname}` : `${protocol}//${host}`
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400

/** 408, 425 and 5xx: the provider, or a proxy before it, could not answer. The body decides nothing. */
const isOutage = (status: number): boolean => status === 408 || status === 425 || (status >= 500 && status < 600)

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const judge = (status: number, answer: ErrorAnswer | undefined, grant: GrantType): Verdict => {
  // A 2xx without an error code may contain a harmless sentence.
  const silent = answer === undefined || (isSuccess(status) && answer.words.length === 0)
  const said = silent ? undefined : judgeWords(status, answer, grant)
  if (status === 429) return said?.class === 'throttled' ? said : verdict('http_429', fallbacks.tooManyRequests)
  const code = said?.code ?? codeOf(status, answer)
  if (isOutage(status)) return said !== undefined && isPassing(said) ? said : verdict(code, fallbacks.providerDown)
  if (said !== undefined) return said
  if (isSuccess(status) && silent) return ownFailure('unusable_answer')
  if (!isSuccess(status) && (status < 400 || status > 499)) {
    return { ...verdict(code, fallbacks.unknownAnswer), unknown: true }
  }
  const ruling = code === `http_${status}` ? fallbacks.refusalWithoutWord : fallbacks.unknownRefusal
  return { ...verdict(code, ruling), unknown: true }
}

const isPassing = ({ class: kind }: Verdict): boolean => kind === 'transient' || kind === 'throttled'

/** Order: AADSTS codes, sentences of other providers, `suberror`, the word. Undefined where no table knows any of them. */
const judgeWords = (status: number, answer: ErrorAnswer, grant: GrantType): Verdict | undefined => {
  const { words, codes, description, suberror = '' } = answer
  const keys = words.map(errorKeyOf).filter((one) => one !== undefined)
  // HubSpot: {"error": "invalid_request", "status": "BAD_REFRESH_TOKEN"}
  const key = keys.find((one) => !isLoose(one)) ?? keys[0]
  const refined = mostSpecific(codes, key)
  if (refined !== undefined) {
    const [number, row] = refined
    const onRefresh = key === 'invalid_grant' && grant === 'refresh_token' ? row.invalidGrantOnRefresh : undefined
    return verdict(`AADSTS${number}`, onRefresh ?? row)
  }
  const unknown = longest(codes.filter((code) => aadsts[code] === undefined))
  if (unknown !== undefined) return judgeUnknownNumber(unknown, { key, suberror, grant })
  const sentence = rulingOfSentence(key, description, grant)
  const error = key === undefined ? undefined : rowOf(errors, key)
  const ruling = sentence ?? rowOf(suberrors, suberror) ?? error?.byGrant?.[grant] ?? error
  return ruling && verdict(key ?? codeOf(status, answer), ruling)
}

interface BesideNumber {
  readonly key: string | undefined
  readonly suberror: string
  readonly grant: GrantType
}

/**
 * If no table knows the number, the `error` beside it may still say who acts. But Entra sends `invalid_grant` for many
 * causes, so that word decides only for a refresh token.
 */
const judgeUnknownNumber = (number: number, { key, suberror, grant }: BesideNumber): Verdict => {
  const code = `AADSTS${number}`
  const says = key !== undefined && (key !== 'invalid_grant' || grant === 'refresh_token')
  const error = says ? rowOf(errors, key) : undefined
  const unknown = { ...fallbacks.unknownRefusal, remedy: askEntra(number) }
  const ruling = rowOf(suberrors, suberror) ?? error?.byGrant?.[grant] ?? error ?? unknown
  return { ...verdict(code, ruling), unknown: true }
}

/** A longer code is more precise than the code that it begins with. Among equals the first counts. */
const mostSpecific = (codes: readonly number[], key: string | undefined): readonly [number, AadstsRow] | undefined => {
  const telling = codes.filter((code) => {
    const row = aadsts[code]
    return row !== undefined && !(row.wrapper && (codes.length > 1 || key === 'invalid_grant'))
  })
  const code = longest(telling)
  const row = code === undefined ? undefined : aadsts[code]
  return code === undefined || row === undefined ? undefined : [code, row]
}

const longest = (codes: readonly number[]): number | undefined =>
  codes.toSorted((a, b) => String(b).length - String(a).length)[0]

const verdict = (code: string, { class: kind, concerns, remedy }: Ruling): Verdict => ({
  class: kind,
  code,
  concerns,
  remedy,
})

/** A word that may be shown, and that says more than "failed". */
const isShown = (word: string): boolean => isCode(word) && !isVague(word)

const codeOf = (status: number, answer: ErrorAnswer | undefined): string =>
  answer?.words.find(isShown) ?? `http_${status}`

/** The cap of MSAL: if a provider asks for a wait of a day, the next attempt comes after an hour. */
const longestWaitSeconds = 3600

/** Retry-After of RFC 9110: seconds, or a date in one of its three forms. Any other value counts as no header. */
const secondsToWait = (header: string | undefined, receivedAt: number): number | undefined => {
  const value = header?.trim() ?? ''
  if (/^[+-]?\d+$/.test(value)) return clampWait(Number(value))
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : clampWait(Math.ceil((date - receivedAt) / 1000))
}

const clampWait = (seconds: number): number => Math.min(Math.max(seconds, 0), longestWaitSeconds)
