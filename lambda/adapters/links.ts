// What the refresher and the bootstrap function need to make links to sign in. Only with the setting `signIn`.

import type { Dependencies } from '../ports.ts'
import { kmsMacs } from './macs.ts'
import { type Environment, signInKeyOf } from './settings.ts'

export const withLinks = (dependencies: Dependencies, variables: Environment): Dependencies => {
  const key = signInKeyOf(variables)
  return { ...dependencies, macs: key === undefined ? undefined : kmsMacs(key) }
}
