// What every measurement of the deployed function is given.

import type { Functions } from './bundles/functions.ts'
import type { StandIn } from './stand-in/start.ts'

export interface Place {
  readonly standIn: StandIn
  readonly functions: Functions
  /** Receives each table. */
  readonly say: (text: string) => void
}
