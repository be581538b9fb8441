// What the embedded Entra can be made to do to everyone: outages, throttling, odd answers.

import type { Habit } from '../entra/habits/habit.ts'
import type { FaultSource } from '../loopback-server.ts'

export interface Trouble {
  readonly name: string
  /** What happens, without a full stop. */
  readonly says: string
  /** Of every request. */
  readonly fault?: FaultSource
  /** Of token requests. */
  readonly habit?: Habit
  /** How often. @default always */
  readonly times?: number | 'always'
}

const unavailable = { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Service unavailable</h1>' }

export const troubles: readonly Trouble[] = [
  { name: 'none', says: 'All is answered as usual' },
  {
    name: 'unavailable',
    says: 'Every request is answered 503',
    fault: () => ({ kind: 'answer', answer: unavailable }),
  },
  { name: 'silent', says: 'No request is answered', fault: () => ({ kind: 'silence' }) },
  { name: 'reset', says: 'Every connection is cut', fault: () => ({ kind: 'reset' }) },
  {
    name: 'throttled',
    says: 'Every token request is answered 429, with Retry-After 60',
    habit: { kind: 'throttle', retryAfterSeconds: 60 },
    times: 'always',
  },
  {
    name: 'unknown-word',
    says: 'Every token request is refused in words that no table knows',
    habit: { kind: 'answer', status: 400, body: '{"error":"computer_says_no"}' },
    times: 'always',
  },
  {
    name: 'html',
    says: 'The next token request is answered with a page of HTML',
    habit: { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome</h1>' },
    times: 1,
  },
  {
    name: 'no-refresh-token',
    says: 'The next answer comes without a refresh token',
    habit: { kind: 'fields', without: ['refresh_token'] },
    times: 1,
  },
  { name: 'gzip', says: 'The next answer is compressed', habit: { kind: 'envelope', as: 'gzip' }, times: 1 },
]
