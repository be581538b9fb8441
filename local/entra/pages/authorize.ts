// GET and POST /{tenant}/oauth2/v2.0/authorize: a person signs in, and the client gets a code.

import type { LoopbackAnswer, LoopbackRequest } from '../../loopback-server.ts'
import type { EntraParts } from '../parts.ts'
import type { Client } from '../records.ts'
import { Refusal, refuse, type Wording } from '../refusal.ts'
import { missingConsent, parseScopes, type Scopes } from '../scopes.ts'
import { admitClient, resolveTenant, type TenantPath } from '../tenant-path.ts'
import { toToken } from '../tokens.ts'
import { isRegistered, type Reply, reply, replyWithRefusal } from './authorize-reply.ts'
import { form, page, refusalPage, refusalText } from './html.ts'
import { type InteractiveSignIn, signInFields, signInInteractively } from './interactive-sign-in.ts'

const codeMilliseconds = 60_000

interface Asking {
  readonly path: TenantPath
  readonly client: Client
  readonly to: Reply
}

interface Asked {
  readonly scopes: Scopes
  readonly challenge: string | null
  readonly nonce: string | null
}

export const answerAuthorize = (parts: EntraParts, request: LoopbackRequest, tenantName: string): LoopbackAnswer => {
  const { query, headers, method } = request
  const asking = readAsking(parts, query, tenantName)
  if (asking instanceof Refusal) return refusalPage(asking)
  const { client, to, path } = asking
  const words = { client: client.clientId, tenant: tenantName }
  const wording: Wording = { random: parts.random, now: parts.clock.now(), headers, words }
  const asked = readAsked(query, client)
  if (asked instanceof Refusal) return replyWithRefusal(to, asked, wording)
  if (method !== 'POST') return signInPage({ kind: 'ask', fields: signInFields(query.get('login_hint') ?? '') })
  const answers = new URLSearchParams(request.body)
  if (answers.get('action') === 'cancel') return replyWithRefusal(to, refuse(65004), wording)
  const signIn = signInInteractively(parts, path, answers)
  if (signIn.kind === 'ask') return signInPage(signIn)
  const code = parts.seals.code.close({
    id: parts.random.text(16),
    userId: signIn.user.id,
    clientId: client.clientId,
    scope: asked.scopes.text,
    redirectUri: to.redirectUri,
    challenge: asked.challenge,
    nonce: asked.nonce,
    mfa: signIn.mfa,
    expiresAt: parts.clock.now() + codeMilliseconds,
  })
  return reply(to, { code: toToken(code), session_state: parts.random.guid() })
}

/** These errors are shown to the person, because no client can be trusted with an answer yet. */
const readAsking = (parts: EntraParts, query: URLSearchParams, tenantName: string): Asking | Refusal => {
  const path = resolveTenant(parts, tenantName)
  if (path instanceof Refusal) return path
  const absent = ['client_id', 'redirect_uri', 'response_type'].find((name) => !query.get(name))
  if (absent !== undefined) return refuse(900144, { name: absent })
  const client = admitClient(parts, path, query.get('client_id') ?? '')
  if (client instanceof Refusal) return client
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!isRegistered(client, redirectUri)) return refuse(50011, { name: redirectUri, client: client.clientId })
  const mode = query.get('response_mode') ?? 'query'
  if (mode !== 'query' && mode !== 'fragment' && mode !== 'form_post') return refuse(70007, { name: mode })
  return { path, client, to: { redirectUri, mode, state: query.get('state') } }
}

/** These errors are reported to the client. */
const readAsked = (query: URLSearchParams, client: Client): Asked | Refusal => {
  const responseType = query.get('response_type') ?? ''
  if (responseType !== 'code') return refuse(70005, { name: responseType })
  const scopes = parseScopes(query.get('scope') ?? '', 'first-counts')
  if (scopes instanceof Refusal) return scopes
  const challenge = query.get('code_challenge')
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') return refuse(501491)
  if (query.get('prompt') === 'none') return refuse(50058)
  return missingConsent(client, scopes) ?? { scopes, challenge, nonce: query.get('nonce') }
}

const signInPage = ({ fields, refusal }: Extract<InteractiveSignIn, { kind: 'ask' }>): LoopbackAnswer =>
  page(
    200,
    'Sign in to your account',
    (refusal === undefined ? '' : refusalText(refusal)) + form(fields, { 'sign-in': 'Sign in', cancel: 'Cancel' }),
  )
