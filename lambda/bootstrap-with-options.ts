// The bootstrap's entry point for deployments with `signIn` or `webIdentity`: see refresh-with-options.ts.

import { systemDependencies } from './adapters/dependencies.ts'
import { withOptions } from './adapters/optional.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(withOptions(systemDependencies(process.env), process.env))
