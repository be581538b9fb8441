// STS GetWebIdentityToken at the AWS endpoint: checks the caller's permission with its condition keys, then asks the account.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { type Authorize, type Context, present, principalOf } from '../secrets-manager/access.ts'
import type { WebIdentityError, WebIdentityIssuer } from './issuer.ts'

export interface WebIdentityService {
  readonly account: WebIdentityIssuer
  /** ARN of the role whose session has this access key. */
  readonly roleArnOf: (accessKeyId: string) => string | undefined
  readonly authorize: Authorize
}

const statusOf: Readonly<Record<WebIdentityError, number>> = {
  OutboundWebIdentityFederationDisabledException: 403,
  ValidationError: 400,
}

/** @returns undefined when the request is for something else */
export const answerWebIdentity = (
  service: WebIdentityService,
  request: LoopbackRequest,
): LoopbackAnswer | undefined => {
  const form = new URLSearchParams(request.body)
  if (form.get('Action') !== 'GetWebIdentityToken') return undefined
  const { accessKeyId } = principalOf(request.headers.authorization)
  const audiences = [...form].flatMap(([name, value]) => (/^Audience\.member\.\d+$/.test(name) ? [value] : []))
  const subject = service.roleArnOf(accessKeyId)
  const denied = service.authorize({
    principal: { accessKeyId },
    action: 'sts:GetWebIdentityToken',
    resource: '*',
    context: contextOf(form, audiences),
  })
  if (denied !== undefined || subject === undefined) return refusal(403, 'AccessDenied', denied ?? 'no role asks')
  const seconds = form.get('DurationSeconds')
  const algorithm = form.get('SigningAlgorithm') ?? ''
  const duration = seconds === null ? {} : { durationSeconds: Number(seconds) }
  const issued = service.account.issue({ subject, audiences, algorithm, ...duration })
  if (typeof issued === 'string') return refusal(statusOf[issued], issued, 'the account refuses')
  const { token, expiresAt } = issued
  const expiration = new Date(expiresAt).toISOString()
  const result = `<WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration>`
  const name = 'GetWebIdentityToken'
  return answer(200, `<${name}Response><${name}Result>${result}</${name}Result><ResponseMetadata/></${name}Response>`)
}

/** The condition key of the duration is present only if the caller sends a duration. */
const contextOf = (form: URLSearchParams, audiences: readonly string[]): Context => ({
  ...present({
    'sts:SigningAlgorithm': form.get('SigningAlgorithm') ?? undefined,
    'sts:DurationSeconds': form.get('DurationSeconds') ?? undefined,
  }),
  ...(audiences.length > 0 && { 'sts:IdentityTokenAudience': audiences }),
})

const refusal = (status: number, code: string, message: string): LoopbackAnswer => {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  return answer(status, `<ErrorResponse>${error}</ErrorResponse>`)
}

const answer = (status: number, body: string): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
})
