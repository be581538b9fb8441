// Web identity tokens of the function's role, from AWS STS: the account as issuer, the role's ARN as subject.

import { GetWebIdentityTokenCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts'
import { type OwnCode, ownFailure, rowOf } from '../core/failures/failure-table.ts'
import { Redacted } from '../core/secrets/redacted.ts'
import type { Clock, WebIdentity, WebIdentityToken } from '../ports.ts'
import { awsClientDefaults } from './aws-client.ts'
import { errorName } from './store-errors.ts'

/** Entra takes no other algorithm from another issuer, and the role's policy allows no longer life. */
const SigningAlgorithm = 'RS256'
const DurationSeconds = 300

/** For so long one token serves, counted by our own clock alone: STS and we may not agree about the time. */
const keptMilliseconds = (DurationSeconds - 60) * 1000

interface Kept {
  readonly until: number
  readonly token: Promise<WebIdentityToken>
}

/** One token serves all requests of the next four minutes. The global endpoint of STS issues none: the Region's does. */
export const stsWebIdentity = (clock: Pick<Clock, 'now'>, configuration: STSClientConfig = {}): WebIdentity => {
  // Most runs need no client.
  let made: STSClient | undefined
  const client = (): STSClient => {
    made ??= new STSClient({
      maxAttempts: 3,
      useGlobalEndpoint: false,
      ...awsClientDefaults(),
      ...configuration,
    })
    return made
  }
  const ask = async (audience: string): Promise<WebIdentityToken> => {
    const command = new GetWebIdentityTokenCommand({ Audience: [audience], SigningAlgorithm, DurationSeconds })
    try {
      const { WebIdentityToken: token } = await client().send(command)
      return token === undefined ? failed('web_identity_failed') : { kind: 'token', token: new Redacted(token) }
    } catch (error) {
      return failed(rowOf(codes, errorName(error)) ?? 'web_identity_failed')
    }
  }
  const kept = new Map<string, Kept>()
  return {
    token: async (audience, fresh = false) => {
      const known = kept.get(audience)
      if (!fresh && known !== undefined && clock.now() < known.until) return known.token
      const asked = { until: clock.now() + keptMilliseconds, token: ask(audience) }
      kept.set(audience, asked)
      const answer = await asked.token
      if (answer.kind === 'failed' && kept.get(audience) === asked) kept.delete(audience)
      return answer
    },
  }
}

/** By error name of STS. Every other error may pass. */
const codes: Readonly<Record<string, OwnCode>> = {
  AccessDenied: 'web_identity_denied',
  AccessDeniedException: 'web_identity_denied',
  OutboundWebIdentityFederationDisabled: 'web_identity_disabled',
  OutboundWebIdentityFederationDisabledException: 'web_identity_disabled',
  /** Asked for longer than the session of the role may last. */
  SessionDurationEscalation: 'web_identity_denied',
  SessionDurationEscalationException: 'web_identity_denied',
}

const failed = (code: OwnCode): WebIdentityToken => ({ kind: 'failed', failure: ownFailure(code) })
