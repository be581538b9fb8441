// The effect of a habit: an answer in place of processing, or a change to the answer.

import type { LoopbackAnswer } from '../../loopback-server.ts'
import { Refusal, refusalAnswer, type Wording } from '../refusal.ts'
import { envelopes, jsonOf } from './envelopes.ts'
import type { Habit } from './habit.ts'
import { writtenTimes } from './times.ts'
import { otherWords } from './words.ts'

/** A change to an answer, as a function. */
export type Shape = (answer: LoopbackAnswer) => LoopbackAnswer

/** The answer that is given in place of processing; undefined: the request is processed. */
export const insteadOf = (habit: Habit | Shape, wording: () => Wording): LoopbackAnswer | undefined => {
  if (typeof habit === 'function') return undefined
  switch (habit.kind) {
    case 'refuse': {
      const { kind: _, code, ...details } = habit
      return refusalAnswer(new Refusal(code, details), wording())
    }
    case 'throttle': {
      const headers = { 'content-type': 'text/plain', 'retry-after': String(habit.retryAfterSeconds ?? 60) }
      return { status: 429, headers, body: 'Too Many Requests' }
    }
    case 'say': {
      const answer: LoopbackAnswer = otherWords[habit.as]
      return { ...answer, headers: { ...answer.headers, ...habit.headers } }
    }
    case 'answer': {
      const { kind: _, status, headers = {}, body = '' } = habit
      return { status, headers, body }
    }
    default:
      return undefined
  }
}

/** Applied in this order: fields, the envelope around them, then the delivery. */
const order: readonly Habit['kind'][] = ['fields', 'lifetime', 'envelope', 'deliver']

const placeOf = (habit: Habit | Shape): number => (typeof habit === 'function' ? -1 : order.indexOf(habit.kind))

/** @param now milliseconds since 1970 */
export const changed = (answer: LoopbackAnswer, habits: readonly (Habit | Shape)[], now: number): LoopbackAnswer =>
  habits
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .reduce((so, habit) => (typeof habit === 'function' ? habit(so) : change(so, habit, now)), answer)

const change = (answer: LoopbackAnswer, habit: Habit, now: number): LoopbackAnswer => {
  switch (habit.kind) {
    case 'fields': {
      const { set = {}, without = [] } = habit
      return withJson(answer, (json) =>
        Object.fromEntries(Object.entries({ ...json, ...set }).filter(([key]) => !without.includes(key))),
      )
    }
    case 'lifetime': {
      const { as, field = 'expires_in', beside } = habit
      return withJson(answer, (json) => {
        const seconds = Number(json[field] ?? json.expires_in)
        const written = writtenTimes[as](seconds, now)
        return { ...json, [field]: written, ...(beside !== undefined && { [beside]: seconds }) }
      })
    }
    case 'envelope':
      return envelopes[habit.as](answer)
    case 'deliver':
      return { ...answer, delivery: habit.delivery }
    default:
      return answer
  }
}

/** Applies only to a success. */
const withJson = (
  answer: LoopbackAnswer,
  change: (json: Record<string, unknown>) => Record<string, unknown>,
): LoopbackAnswer => {
  const json = jsonOf(answer)
  return json.access_token === undefined ? answer : { ...answer, body: JSON.stringify(change(json)) }
}
