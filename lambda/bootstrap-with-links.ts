// The bootstrap's entry point where people sign in by a link: an own bundle, so that others do not carry the client of KMS.

import { systemDependencies } from './adapters/dependencies.ts'
import { withLinks } from './adapters/links.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(withLinks(systemDependencies(process.env), process.env))
