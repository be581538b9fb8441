// Lasting failures of the embedded Entra for all users, until the next choice: outages and throttling.

import type { Habit } from '../entra/habits/habit.ts'
import type { FaultSource } from '../loopback-server.ts'

export interface Trouble {
  readonly name: string
  /** What happens, without a full stop. */
  readonly says: string
  /** What happens to the next refresh. */
  readonly next: string
  /** Fault of every request, also of requests for its pages. */
  readonly fault?: FaultSource
  /** Habit for token requests. */
  readonly habit?: Habit
}

export const asUsual: Trouble = {
  name: 'none',
  says: 'Every request is answered as usual',
  next: 'succeeds if nothing else is wrong',
}

const unavailable = { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Service unavailable</h1>' }

export const troubles: readonly Trouble[] = [
  asUsual,
  {
    name: 'unavailable',
    says: 'Every request is answered 503',
    next: 'fails: HTTP 503',
    fault: () => ({ kind: 'answer', answer: unavailable }),
  },
  {
    name: 'silent',
    says: 'No request is answered',
    next: 'fails: it waits until its time is over',
    fault: () => ({ kind: 'silence' }),
  },
  {
    name: 'reset',
    says: 'Every connection is cut',
    next: 'fails: the connection is reset',
    fault: () => ({ kind: 'reset' }),
  },
  {
    name: 'slow',
    says: 'Token requests are answered one byte a second',
    next: 'fails: it waits until its time is over',
    habit: { kind: 'deliver', delivery: { kind: 'drip', everyMilliseconds: 1000 } },
  },
  {
    name: 'throttled',
    says: 'Token requests are answered 429, with Retry-After 60',
    next: 'is put off: HTTP 429',
    habit: { kind: 'throttle', retryAfterSeconds: 60 },
  },
  {
    name: 'transient',
    says: 'Token requests are refused for a transient reason, AADSTS90033',
    next: 'fails: AADSTS90033',
    habit: { kind: 'refuse', code: 90033 },
  },
  {
    name: 'unknown-word',
    says: 'Token requests are refused in words that no table knows',
    next: 'is refused: computer_says_no',
    habit: { kind: 'answer', status: 400, body: '{"error":"computer_says_no"}' },
  },
]
