// Microsoft Graph behind its port: an app registration lists, adds and removes its own client secrets.

import * as v from 'valibot'
import type { Reply } from '../core/failures/classify.ts'
import { classifyGraph } from '../core/failures/classify-graph.ts'
import { ownFailure } from '../core/failures/failure-table.ts'
import type { Credential } from '../core/renewal/credentials.ts'
import { Redacted } from '../core/secrets/redacted.ts'
import type { Clock, Graph, GraphAnswer, GraphApp } from '../ports.ts'
import { httpAgent, tokenEndpointLimits, tokenRequestMilliseconds } from './http.ts'
import { sendRequest, type Wire } from './send-request.ts'
import type { Dispatcher } from './undici.ts'

export interface GraphOptions {
  readonly clock: Pick<Clock, 'now'>
  /** @default undici with explicit time limits */
  readonly dispatcher?: Dispatcher
}

/** A field that is missing, null or nonsense counts as absent. */
const said = <S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined)
/** Of the years 1970 to 9999: a time beyond them is no time in a stored record, which would then not decode. */
const time = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
  v.check((date) => date.getTime() >= 0 && date.getTime() < Date.UTC(10_000, 0)),
)

const listed = v.object({
  passwordCredentials: v.array(
    v.object({
      keyId: v.string(),
      displayName: said(v.string()),
      hint: said(v.string()),
      startDateTime: said(time),
      endDateTime: said(time),
    }),
  ),
})

const made = v.object({ keyId: v.string(), secretText: v.pipe(v.string(), v.trim(), v.nonEmpty()), endDateTime: time })

/**
 * learn.microsoft.com/graph/api/application-get, application-addpassword and application-removepassword. The app is named by its
 * client id, as `applications(appId='…')`.
 */
export const httpGraph = (options: GraphOptions): Graph => {
  let wire: Wire | undefined
  const ask = async <T>(app: GraphApp, { action = '', body }: Question, read: Read<T>): Promise<Asked<T>> => {
    // Most runs renew nothing, and need no connection.
    wire ??= {
      dispatcher: options.dispatcher ?? httpAgent(tokenEndpointLimits),
      now: () => options.clock.now(),
      deadlineMilliseconds: tokenRequestMilliseconds,
    }
    const { reply } = await sendRequest(wire, {
      method: body === undefined ? 'GET' : 'POST',
      url: `${app.origin}/v1.0/applications(appId='${encodeURIComponent(app.clientId)}')${action}`,
      headers: headersOf(app, body !== undefined),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const success = reply.kind === 'answer' && reply.status >= 200 && reply.status < 300
    if (!success) return { kind: 'failed', failure: classifyGraph(reply, [app.token.reveal()]), reply }
    const value = read(jsonOf(reply.body))
    return value === undefined
      ? { kind: 'failed', failure: { ...ownFailure('unusable_answer'), httpStatus: reply.status }, reply }
      : { kind: 'done', value: value.read }
  }
  return {
    list: (app) => ask(app, { action: '?$select=appId,passwordCredentials' }, credentialsIn),
    add: (app, { displayName, end }) => {
      const passwordCredential = { displayName, endDateTime: end.toISOString() }
      return ask(app, { action: '/addPassword', body: { passwordCredential } }, (json) => {
        const parsed = v.safeParse(made, json)
        if (!parsed.success) return undefined
        const { keyId, secretText, endDateTime } = parsed.output
        return { read: { keyId, value: new Redacted(secretText), end: endDateTime } }
      })
    },
    remove: async (app, keyId) => {
      const answer = await ask(app, { action: '/removePassword', body: { keyId } }, () => ({
        read: 'removed' as const,
      }))
      const unknown = answer.kind === 'failed' && isNotFound(answer.reply)
      return unknown ? { kind: 'done', value: 'unknown' } : answer
    },
  }
}

type Asked<T> = GraphAnswer<T> & { readonly reply?: Reply }

/** Reported as 400 and as 404, with this sentence and a code that says less (github.com/hashicorp/vault-plugin-secrets-azure). */
const isNotFound = (reply: Reply | undefined): boolean =>
  reply?.kind === 'answer' &&
  (reply.status === 400 || reply.status === 404) &&
  /no password credential found/i.test(reply.body)

interface Question {
  /** Path or query after the app registration. */
  readonly action?: string
  /** Absent: a question that changes nothing. */
  readonly body?: object
}

/** @returns undefined: the answer has another form */
type Read<T> = (json: unknown) => { readonly read: T } | undefined

const headersOf = ({ token, correlationId }: GraphApp, hasBody: boolean): Record<string, string> => ({
  accept: 'application/json',
  'accept-encoding': 'identity',
  authorization: `Bearer ${token.reveal()}`,
  'user-agent': 'token-refresher',
  'client-request-id': correlationId,
  ...(hasBody && { 'content-type': 'application/json' }),
})

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const credentialsIn: Read<readonly Credential[]> = (json) => {
  const parsed = v.safeParse(listed, json)
  if (!parsed.success) return undefined
  return {
    read: parsed.output.passwordCredentials.map(({ keyId, displayName, hint, startDateTime, endDateTime }) => ({
      ...{ keyId, displayName, hint },
      ...{ start: startDateTime, end: endDateTime },
    })),
  }
}
