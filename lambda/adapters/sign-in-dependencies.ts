// The ports of the sign-in function as they are deployed.

import { functionNames } from '../contract.ts'
import type { SignInDependencies } from '../ports.ts'
import { bootstrapFunction } from './bootstrap-function.ts'
import { kmsMacs } from './macs.ts'
import { secretsManagerClient, secretsManagerStore } from './secrets-manager.ts'
import { type Environment, readSettings, signInKeyOf } from './settings.ts'
import { powertoolsSignInTelemetry } from './sign-in-telemetry.ts'
import { systemClock, systemRandom } from './system.ts'

/** @throws Error when the environment is not valid */
export const signInDependencies = (variables: Environment): SignInDependencies => {
  const settings = readSettings(variables)
  const key = signInKeyOf(variables)
  if (key === undefined) throw new Error("The function's environment is not valid: it names no key for links")
  return {
    clock: systemClock,
    random: systemRandom,
    settings,
    store: secretsManagerStore(secretsManagerClient(), settings),
    macs: kmsMacs(key),
    bootstrap: bootstrapFunction(functionNames(settings.prefix).bootstrap),
    telemetry: powertoolsSignInTelemetry(settings.prefix),
  }
}
