// The bootstrap's entry point for deployments with `signIn` or `webIdentity`: see refresh-with-options.ts.

import { bootstrapDependencies } from './adapters/dependencies.ts'
import { withOptions } from './adapters/optional.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(withOptions(bootstrapDependencies(process.env), process.env))
