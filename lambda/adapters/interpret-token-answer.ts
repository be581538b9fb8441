// Interprets the answer of a token endpoint. Keeps a refresh token in the answer even if all other fields are wrong.

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
import type { Asked } from './send-request.ts'

type Answer = Extract<Reply, { kind: 'answer' }>

/**
 * @param sent the secrets of the request. If an answer repeats one of them, this issues nothing, and the failure shows
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
  // A refusal may repeat a sent token, or a masked form of it. Only an answer that is not a refusal issues a token.
  const issued = success || /access_token/.test(reply.body)
  if (refreshToken !== undefined && issued && !sent.includes(refreshToken.reveal())) {
    return { kind: 'unusable', failure: success ? ours('unusable_answer', reply) : refusal, refreshToken }
  }
  if (refusal.code === 'unusable_answer') return { kind: 'unusable', failure: refusal, refreshToken: undefined }
  // Behind a server error of a proxy the provider may have succeeded. Every other status is the provider's own.
  return { kind: 'failed', failure: refusal, outcome: reply.status >= 500 ? 'unknown' : 'answered' }
}

/** Only if no other part of the answer says that it is a refusal. */
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

/** Not tokens: texts that a log, a gateway or a faulty serializer puts in their place. RFC 6749 allows no line ends in a token. */
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

/** An empty scope counts as absent. Some providers send a list. */
const scopeOf = (scope: unknown): string | undefined => {
  const text = Array.isArray(scope) ? scope.filter((one) => typeof one === 'string').join(' ') : scope
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

const refusalKeys = ['error', 'error_description', 'error_codes', 'suberror', 'trace_id', 'correlation_id'] as const

/** The failure table reads JSON, so a refusal in a form, in a list or before other text is converted to JSON. */
const refusalText = (body: string, fields: Fields | undefined): string => {
  if (fields === undefined || textField(fields, 'error') === undefined) return body
  try {
    const whole: unknown = JSON.parse(body.trim())
    if (typeof whole === 'object' && whole !== null && 'error' in whole) return body.trim()
  } catch {
    // The body is not plain JSON.
  }
  return JSON.stringify(Object.fromEntries(refusalKeys.map((key) => [key, fields[key]])))
}
