// The bootstrap's entry point for deployments with `signIn`: its own bundle, so that other deployments do not load the KMS client.

import { systemDependencies } from './adapters/dependencies.ts'
import { withLinks } from './adapters/links.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(withLinks(systemDependencies(process.env), process.env))
