// Short names for the failures that tests need most. All others: habits/habits.ts.

import type { Shape } from './habits/applied.ts'
import { jsonOf } from './habits/envelopes.ts'
import type { Occasion } from './habits/habits.ts'
import type { RefusalDetails } from './refusal.ts'

/** An AADSTS code; other fields have the default of the code. */
export interface DemandedRefusal extends Occasion, Omit<RefusalDetails, 'words'> {
  readonly code: number
}

export interface DemandedThrottling extends Occasion {
  /** @default 60 */
  readonly retryAfterSeconds?: number
}

/** Changes fields of a JSON answer; `undefined` removes a field. */
export const withFields =
  (fields: Record<string, unknown>): Shape =>
  (answer) => ({ ...answer, body: JSON.stringify({ ...jsonOf(answer), ...fields }) })
