// The telemetry of the sign-in function, collected.

import type { SignInTelemetry } from '../../lambda/ports.ts'

export class CollectedSignIns implements SignInTelemetry {
  readonly lines: unknown[] = []

  signIn(event: unknown): void {
    this.lines.push(event)
  }

  storeFailed(failure: unknown): void {
    this.lines.push({ storeFailed: failure })
  }

  defect(at: readonly string[]): void {
    this.lines.push({ defect: at })
  }
}
