// Telemetry for many thousands: nothing is kept of it.

import type { Telemetry } from '../../../lambda/ports.ts'

export const silentTelemetry: Telemetry = {
  outcome: () => {},
  tokenRequest: () => {},
  announced: () => {},
  bootstrapped: () => {},
  tick: () => {},
}
