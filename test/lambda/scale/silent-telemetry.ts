// Telemetry for many thousands: nothing is kept of it.

import type { Telemetry } from '../../../lambda/ports.ts'

export const silentTelemetry: Telemetry = {
  outcome: () => {},
  storeFailed: () => {},
  tokenRequest: () => {},
  announced: () => {},
  renewal: () => {},
  bootstrapped: () => {},
  defect: ({ error, at }) => {
    throw new Error(`defect: ${error} ${at[0]}`)
  },
  tick: () => {},
}
