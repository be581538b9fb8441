// The refresher's entry point for deployments with `signIn` or `webIdentity`: its own bundle, so that others do not load the
// clients of KMS and STS.

import { systemDependencies } from './adapters/dependencies.ts'
import { withOptions } from './adapters/optional.ts'
import { refreshHandler } from './handlers.ts'

export const handler = refreshHandler(withOptions(systemDependencies(process.env), process.env))
