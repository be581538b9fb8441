// Failures on demand in short: what tests ask for most. All that a provider can be asked for: habits/habits.ts.

import type { Shape } from './habits/applied.ts'
import { jsonOf } from './habits/envelopes.ts'
import type { Occasion } from './habits/habits.ts'
import type { RefusalDetails } from './refusal.ts'

/** An AADSTS code; what is not given goes with the code. */
export interface DemandedRefusal extends Occasion, Omit<RefusalDetails, 'words'> {
  readonly code: number
}

export interface DemandedThrottling extends Occasion {
  /** @default 60 */
  readonly retryAfterSeconds?: number
}

/** Shapes the JSON of an answer; `undefined` takes a field away. */
export const withFields =
  (fields: Record<string, unknown>): Shape =>
  (answer) => ({ ...answer, body: JSON.stringify({ ...jsonOf(answer), ...fields }) })
