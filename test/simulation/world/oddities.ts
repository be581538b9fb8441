// Single answers that are odd, by name: as the embedded provider gives them. What stands before the colon is their kind.

import { envelopeNames } from '../../../local/entra/habits/envelopes.ts'
import type { Habit } from '../../../local/entra/habits/habit.ts'
import { type WrittenTime, writtenTimeNames } from '../../../local/entra/habits/times.ts'
import { otherWordNames } from '../../../local/entra/habits/words.ts'

const named = (kind: string, habits: readonly (readonly [name: string, habit: Habit])[]): readonly Oddity[] =>
  habits.map(([name, habit]) => ({ name: `${kind}: ${name}`, habit }))

export interface Oddity {
  /** A fate of a token request. */
  readonly name: string
  readonly habit: Habit
}

/** One of every class, and those that look as if the client were at fault. */
const codes = [
  7000215, 7000222, 700016, 7000112, 500014, 50105, 65001, 50173, 70000, 50057, 50053, 53003, 50076, 50196, 70011,
  90002, 90033, 50000, 123456,
]

const json = (status: number, body: object): Habit => ({ kind: 'answer', status, body: JSON.stringify(body) })

const words: readonly (readonly [string, Habit])[] = [
  ['invalid_client', json(401, { error: 'invalid_client' })],
  ['unauthorized_client', json(400, { error: 'unauthorized_client' })],
  ['invalid_request', json(400, { error: 'invalid_request' })],
  ['invalid_scope', json(400, { error: 'invalid_scope' })],
  ['access_denied', json(403, { error: 'access_denied' })],
  ['interaction_required', json(400, { error: 'interaction_required' })],
]

/** Said alone, this lifetime looks true and is not: the provider that writes it says the true one beside it. */
const misleading: readonly WrittenTime[] = ['milliseconds']

export const oddities = {
  'odd refusals': named('odd refusal', [
    ...codes.map((code): readonly [string, Habit] => [`AADSTS${code}`, { kind: 'refuse', code }]),
    ...words,
  ]),
  'odd words': named(
    'odd word',
    otherWordNames.map((as) => [as, { kind: 'say', as }]),
  ),
  'refusals that ask to wait': named('refusal that asks to wait', [
    ...[7000215, 53003, 50196].map((code): readonly [string, Habit] => [
      `AADSTS${code}`,
      { kind: 'refuse', code, retryAfterSeconds: 600 },
    ]),
    ['unknown word', { kind: 'say', as: 'github: bad_refresh_token', headers: { 'retry-after': '600' } }],
  ]),
  'odd answers': named('odd answer', [
    ['no token type', { kind: 'fields', without: ['token_type'] }],
    ['null as token type', { kind: 'fields', set: { token_type: null } }],
    ['another token type', { kind: 'fields', set: { token_type: 'bot' } }],
    ['no scope', { kind: 'fields', without: ['scope'] }],
    ['null for what is missing', { kind: 'fields', set: { scope: null, expires_in: null } }],
    ['an empty refresh token', { kind: 'fields', set: { refresh_token: '' } }],
    ['an error beside the tokens', { kind: 'fields', set: { error: 'none', ok: true } }],
    ...envelopeNames.map((as): readonly [string, Habit] => [as, { kind: 'envelope', as }]),
  ]),
  'odd times': named(
    'odd time',
    writtenTimeNames.map((as): readonly [string, Habit] => [
      as,
      { kind: 'lifetime', as, ...(misleading.includes(as) && { beside: 'expires_in_sec' }) },
    ]),
  ),
} as const satisfies Readonly<Record<string, readonly Oddity[]>>

export type OddityKind = keyof typeof oddities

export const oddityKinds = Object.keys(oddities) as [OddityKind, ...OddityKind[]]

export const allOddities: readonly Oddity[] = Object.values(oddities).flat()
