// Interpreting: what a token endpoint's answer means. Whatever is wrong with an answer, a refresh token in it is kept.

import * as oauth from 'oauth4webapi'
import { classifyReply, type Grant, type Reply } from '../core/classify.ts'
import { ownFailure } from '../core/failure-table.ts'
import type { Tokens } from '../core/merge.ts'
import { Redacted } from '../core/redacted.ts'
import type { Redemption } from '../ports.ts'
import type { Asked } from './ask-token-endpoint.ts'

/** RFC 6749 section 5.1 recommends `expires_in`; where it is absent an hour is what providers mean by default. */
const assumedLifetimeSeconds = 3600

/** A hundred years: beyond it a time can no longer be a lifetime. */
const longestLifetimeSeconds = 3_155_760_000

export const interpretTokenAnswer = async ({ reply, as, client }: Asked, grant: Grant): Promise<Redemption> => {
  if (reply.kind === 'no-answer') {
    const outcome = reply.unsent ? 'unsent' : 'unknown'
    return { kind: 'failed', failure: classifyReply(reply, grant), outcome }
  }
  const success = reply.status >= 200 && reply.status < 300
  const json = success ? parseObject(reply.body) : undefined
  const empty = (json?.access_token ?? undefined) === undefined && (json?.refresh_token ?? undefined) === undefined
  const refused = typeof json?.error === 'string' && empty
  if (!success || refused) {
    // A server error may hide a success behind a proxy; anything else is the provider's word.
    const outcome = reply.status >= 500 ? 'unknown' : 'answered'
    return { kind: 'failed', failure: classifyReply(reply, grant), outcome }
  }
  const tokens = json === undefined ? undefined : await readTokens(json, as, client)
  if (tokens !== undefined) return { kind: 'granted', tokens }
  return { kind: 'unusable', failure: unusable(reply), refreshToken: json && redactedString(json.refresh_token) }
}

const unusable = (reply: Extract<Reply, { kind: 'answer' }>) => ({
  ...ownFailure('unusable_answer'),
  httpStatus: reply.status,
})

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined
  } catch {
    return undefined
  }
}

const redactedString = (value: unknown): Redacted | undefined =>
  typeof value === 'string' && value !== '' ? new Redacted(value) : undefined

const readTokens = async (
  json: Record<string, unknown>,
  as: oauth.AuthorizationServer,
  client: oauth.Client,
): Promise<Tokens | undefined> => {
  // Nobody here reads an id_token, and its issuer is the user's tenant, which a multi-tenant login does not know.
  const { id_token: _, ...judged } = json
  if (typeof judged.refresh_token !== 'string' || judged.refresh_token === '') delete judged.refresh_token
  if (typeof judged.scope !== 'string') delete judged.scope
  const response = new Response(JSON.stringify(judged), { headers: { 'content-type': 'application/json' } })
  try {
    const answer = await oauth.processRefreshTokenResponse(as, client, response)
    const expiresIn = answer.expires_in ?? assumedLifetimeSeconds
    if (answer.token_type !== 'bearer' || !(expiresIn > 0 && expiresIn < longestLifetimeSeconds)) return undefined
    return {
      access_token: new Redacted(answer.access_token),
      token_type: 'Bearer',
      expires_in: expiresIn,
      scope: answer.scope,
      refresh_token: redactedString(answer.refresh_token),
      refresh_token_expires_in: seconds(json.refresh_token_expires_in ?? json.x_refresh_token_expires_in),
    }
  } catch {
    // The library's error holds the whole answer, tokens included, so nothing of it goes any further.
    return undefined
  }
}

const seconds = (value: unknown): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && number > 0 && number < longestLifetimeSeconds ? number : undefined
}
