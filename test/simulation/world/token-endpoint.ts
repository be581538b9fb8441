// The token endpoint's port over the simulated provider: its answers go through the real interpretation.

import { decodeBody } from '../../../lambda/adapters/decode-body.ts'
import { interpretTokenAnswer } from '../../../lambda/adapters/interpret-token-answer.ts'
import { largestAnswerBytes } from '../../../lambda/adapters/send-request.ts'
import type { Reply } from '../../../lambda/core/failures/classify.ts'
import { deviceCodeGrantType } from '../../../lambda/core/login/login.ts'
import type { TokenEndpoint, TokenRequest } from '../../../lambda/ports.ts'
import { changed } from '../../../local/entra/habits/applied.ts'
import type { Habit } from '../../../local/entra/habits/habit.ts'
import type { LoopbackAnswer } from '../../../local/loopback-server.ts'
import type { Engine, Fates } from '../engine/engine.ts'
import type { Process } from '../engine/process.ts'
import { mark } from './mark.ts'
import { allOddities, type Oddity } from './oddities.ts'
import type { Answer, Provider } from './provider.ts'

/** Names of what can go wrong with a token request. */
export const providerFates = {
  unsent: 'no connection',
  lost: 'its answer is lost',
  gateway: 'a gateway answers 502 in its place',
  html: 'it answers a page of HTML',
  withoutRefreshToken: 'answers without a refresh token',
  withoutAccessToken: 'answers without an access token',
  withoutLifetime: 'answers without a lifetime',
  unavailable: 'answers 503',
  throttled: 'answers 429',
  refused: 'refuses a good token',
  hanging: 'gives no answer in time',
} as const

/** What reached the provider, and what came of it. */
export interface Asked {
  readonly process: Process
  readonly request: TokenRequest
  /** Undefined: not processed. */
  readonly answer: Answer | undefined
  /** What was sent back; undefined: nothing arrived. */
  readonly reply: Reply
  readonly fate: string
}

export interface TokenEndpointPort {
  readonly engine: Engine
  readonly provider: Provider
  /** What all requests are answered while there is an outage. */
  readonly outage: () => string | undefined
  /** How long an early client is asked to wait, in seconds. */
  readonly retryAfter: (process: Process) => number
  readonly asked: (asked: Asked) => void
}

export const tokenEndpointOf = (port: TokenEndpointPort, process: Process): TokenEndpoint => {
  const { engine, provider, outage, asked, retryAfter } = port
  return {
    redeem: (request) => {
      const grant = request.grant.grant_type
      const kind = grant === deviceCodeGrantType ? 'device_code' : grant
      const end = (fate: string) => async () => {
        const { answer, reply } = exchange(fate, {
          provider,
          request,
          now: engine.now(),
          retryAfter: String(retryAfter(process)),
        })
        asked({ process, request, answer, reply, fate })
        return interpretTokenAnswer({ reply }, kind)
      }
      const fates: Fates<Awaited<ReturnType<TokenEndpoint['redeem']>>> = [
        ['', () => end(outage() ?? '')()],
        ...Object.values(providerFates).map((fate) => [fate, end(fate)] as const),
        ...allOddities.map(({ name }) => [name, end(name)] as const),
      ]
      return engine.call(process, `redeem ${kind === 'refresh_token' ? 'a refresh token' : kind}`, fates)
    },
  }
}

interface Exchange {
  readonly provider: Provider
  readonly request: TokenRequest
  readonly now: number
  readonly retryAfter: string
}

const exchange = (fate: string, { provider, request, now, retryAfter }: Exchange): Pick<Asked, 'answer' | 'reply'> => {
  const { unsent, hanging, unavailable, throttled, refused, lost, gateway, html } = providerFates
  const noAnswer = (code: string, wasUnsent: boolean): Reply => ({ kind: 'no-answer', code, unsent: wasUnsent })
  const http = (status: number, body: string, wait?: string): Reply => ({
    kind: 'answer',
    status,
    body,
    receivedAt: now,
    ...(wait !== undefined && { retryAfter: wait }),
  })
  switch (fate) {
    case unsent:
      return { answer: undefined, reply: noAnswer('ECONNREFUSED', true) }
    case hanging:
      return { answer: undefined, reply: noAnswer('UND_ERR_HEADERS_TIMEOUT', false) }
    case unavailable:
      return { answer: undefined, reply: http(503, `<html>${mark}down${mark}</html>`) }
    case throttled:
      return { answer: undefined, reply: http(429, 'Too many requests', retryAfter) }
    case refused: {
      const body = { error: 'invalid_grant', error_codes: [70000], error_description: `${mark}hiccup${mark}` }
      return { answer: undefined, reply: http(400, JSON.stringify(body)) }
    }
  }
  const odd = oddities.get(fate)
  if (odd !== undefined && !isOfSuccess(odd)) {
    const { status, body, retryAfter: wait } = provider.answerOf(odd.habit)
    return { answer: undefined, reply: http(status, body, wait) }
  }
  const answer = provider.answer(request)
  switch (fate) {
    case lost:
      return { answer, reply: noAnswer('ECONNRESET', false) }
    case gateway:
      return { answer, reply: http(502, 'Bad Gateway') }
    case html:
      return { answer, reply: http(200, `<html>${mark}hello${mark}</html>`) }
    default: {
      const { status, body, retryAfter: wait } = answer
      const habits = [odd?.habit, lacking[fate]].filter((habit) => habit !== undefined)
      const shaped = changed({ status, body }, habits, now)
      return { answer, reply: http(status, textOf(shaped), wait) }
    }
  }
}

/** As the code reads it, with any text around it. */
const textOf = ({ body = '', headers = {} }: LoopbackAnswer): string => {
  const decoded = decodeBody(Buffer.from(body), headers['content-encoding'] ?? '', largestAnswerBytes)
  if (decoded === 'too-large') throw new Error('the simulated provider answers more than is read')
  return decoded.text
}

const oddities: ReadonlyMap<string, Oddity> = new Map(allOddities.map((oddity) => [oddity.name, oddity]))

/** It changes the answer to a request that was processed. */
const isOfSuccess = ({ habit }: Oddity): boolean => ['fields', 'lifetime', 'envelope'].includes(habit.kind)

const lacking: Readonly<Record<string, Habit>> = {
  [providerFates.withoutRefreshToken]: { kind: 'fields', without: ['refresh_token'] },
  [providerFates.withoutAccessToken]: { kind: 'fields', without: ['access_token'] },
  [providerFates.withoutLifetime]: { kind: 'fields', without: ['expires_in'] },
}
