// Interprets the answer of a token endpoint. A refresh token in the answer is kept even if everything else is wrong.

import { classifyReply, type GrantType, type Reply } from '../core/failures/classify.ts'
import type { Failure } from '../core/failures/failure.ts'
import { ownFailure } from '../core/failures/failure-table.ts'
import { Redacted } from '../core/secrets/redacted.ts'
import { accountIn } from '../core/tokens/account-in.ts'
import { answerFields, type Fields, textField } from '../core/tokens/answer-fields.ts'
import { accessLifetimeSeconds, refreshLifetimeSeconds } from '../core/tokens/lifetime.ts'
import type { Tokens } from '../core/tokens/next-grant.ts'
import { refreshTokenIn } from '../core/tokens/refresh-token-in.ts'
import type { Redemption } from '../ports.ts'
import type { Asked } from './ask-token-endpoint.ts'

type Answer = Extract<Reply, { kind: 'answer' }>

/**
 * @param sent the secrets of the request. An answer that repeats one of them has issued nothing by that, and shows
 * nothing of it
 */
export const interpretTokenAnswer = (
  { reply, partial }: Asked,
  grant: GrantType,
  sent: readonly string[] = [],
): Redemption => {
  if (reply.kind === 'no-answer') {
    const failure = classifyReply(reply, grant)
    const arrived = partial === undefined ? undefined : refreshTokenIn(partial)
    if (arrived !== undefined) return { kind: 'unusable', failure, refreshToken: new Redacted(arrived) }
    return { kind: 'failed', failure, outcome: reply.unsent ? 'unsent' : 'unknown' }
  }
  const fields = answerFields(reply.body)
  const arrived = textField(fields, 'refresh_token') ?? hiddenIn(reply.body, fields)
  const success = reply.status >= 200 && reply.status < 300
  const accessToken = success ? textField(fields, 'access_token') : undefined
  const refreshToken = arrived === undefined || isMask(arrived) ? undefined : new Redacted(arrived)
  if (fields !== undefined && accessToken !== undefined) {
    if (isBoundToAKey(fields.token_type))
      return { kind: 'unusable', failure: ours('token_type_bound', reply), refreshToken }
    return { kind: 'granted', tokens: tokensOf(fields, { accessToken, refreshToken, receivedAt: reply.receivedAt }) }
  }
  const refusal = classifyReply(
    { ...reply, body: refusalText(reply.body, fields) },
    grant,
    secretsIn(fields, arrived, sent),
  )
  // A refusal may repeat what was sent, or a mask of it: only an answer that is no refusal issues a token.
  const issued = success || /access_token/.test(reply.body)
  if (refreshToken !== undefined && issued && !sent.includes(refreshToken.reveal())) {
    return { kind: 'unusable', failure: success ? ours('unusable_answer', reply) : refusal, refreshToken }
  }
  if (refusal.code === 'unusable_answer') return { kind: 'unusable', failure: refusal, refreshToken: undefined }
  // A server error may hide a success behind a proxy; anything else is the provider's word.
  return { kind: 'failed', failure: refusal, outcome: reply.status >= 500 ? 'unknown' : 'answered' }
}

/** Where nothing around it says that the answer is a refusal. */
const hiddenIn = (body: string, fields: Fields | undefined): string | undefined =>
  textField(fields, 'error') === undefined ? refreshTokenIn(body) : undefined

const secretsIn = (
  fields: Fields | undefined,
  arrived: string | undefined,
  sent: readonly string[],
): readonly string[] =>
  [...sent, arrived, textField(fields, 'access_token'), textField(fields, 'id_token')].filter(
    (one) => one !== undefined,
  )

/** No token: what a log, a gateway or a faulty serializer puts in its place. RFC 6749 allows no line ends in a token. */
const isMask = (text: string): boolean => /^\s*(null|undefined)?\s*$|\*{2}|^\[.*\]$|\.{3}$|\s/.test(text)

const ours = (code: 'unusable_answer' | 'token_type_bound', { status }: Answer): Failure => ({
  ...ownFailure(code),
  httpStatus: status,
})

/**
 * DPoP (RFC 9449), PoP (RFC 9200) and MAC: the token is worth nothing without a key that apps do not have. Every other
 * type that is not Bearer (Slack's `bot`, `N_A` and the URNs of RFC 8693) is a bearer token by another name.
 */
const isBoundToAKey = (type: unknown): boolean => typeof type === 'string' && /^(d?pop|mac)$/i.test(type.trim())

const isBearer = (type: unknown): boolean =>
  (type ?? '') === '' || (typeof type === 'string' && type.trim().toLowerCase() === 'bearer')

interface Arrived {
  readonly accessToken: string
  readonly refreshToken: Redacted | undefined
  readonly receivedAt: number
}

const tokensOf = (fields: Fields, { accessToken, refreshToken, receivedAt }: Arrived): Tokens => ({
  access_token: new Redacted(accessToken),
  token_type: 'Bearer',
  expires_in: accessLifetimeSeconds(fields, receivedAt),
  scope: scopeOf(fields.scope),
  refresh_token: refreshToken,
  refresh_token_expires_in: refreshLifetimeSeconds(fields, receivedAt),
  account: accountIn(fields),
  ...(!isBearer(fields.token_type) && { warning: 'token_type_not_bearer' as const }),
})

/** An empty one says nothing; some providers send a list. */
const scopeOf = (scope: unknown): string | undefined => {
  const text = Array.isArray(scope) ? scope.filter((one) => typeof one === 'string').join(' ') : scope
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

const refusalKeys = ['error', 'error_description', 'error_codes', 'suberror', 'trace_id', 'correlation_id'] as const

/** The table of failures reads JSON: a refusal in a form, in a list or before other text is made JSON for it. */
const refusalText = (body: string, fields: Fields | undefined): string => {
  if (fields === undefined || textField(fields, 'error') === undefined) return body
  try {
    const whole: unknown = JSON.parse(body.trim())
    if (typeof whole === 'object' && whole !== null && 'error' in whole) return body.trim()
  } catch {
    // Not JSON as it is.
  }
  return JSON.stringify(Object.fromEntries(refusalKeys.map((key) => [key, fields[key]])))
}
