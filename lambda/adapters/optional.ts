// The ports of features that a setting turns on: links to sign in, and clients without a client secret.

import { environment } from '../contract.ts'
import type { Dependencies } from '../ports.ts'
import { kmsMacs } from './macs.ts'
import { type Environment, signInKeyOf } from './settings.ts'
import { stsWebIdentity } from './web-identity.ts'

export const withOptions = (dependencies: Dependencies, variables: Environment): Dependencies => {
  const key = signInKeyOf(variables)
  const webIdentity = variables[environment.webIdentity] === 'on'
  return {
    ...dependencies,
    macs: key === undefined ? undefined : kmsMacs(key),
    webIdentity: webIdentity ? stsWebIdentity(dependencies.clock) : undefined,
  }
}
