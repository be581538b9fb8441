// The ports of the bootstrap function as they are deployed: it makes links to sign in too.

import type { Dependencies } from '../ports.ts'
import { systemDependencies } from './dependencies.ts'
import { kmsMacs } from './macs.ts'
import { type Environment, signInKeyOf } from './settings.ts'

/** @throws Error when the environment is not valid */
export const bootstrapDependencies = (variables: Environment): Dependencies => {
  const key = signInKeyOf(variables)
  return { ...systemDependencies(variables), macs: key === undefined ? undefined : kmsMacs(key) }
}
