// The refresher's entry point for deployments with `signIn`: its own bundle, so that other deployments do not load the KMS client.

import { systemDependencies } from './adapters/dependencies.ts'
import { withLinks } from './adapters/links.ts'
import { refreshHandler } from './handlers.ts'

export const handler = refreshHandler(withLinks(systemDependencies(process.env), process.env))
