// The refresher's entry point where people sign in by a link: an own bundle, so that others do not carry the client of KMS.

import { systemDependencies } from './adapters/dependencies.ts'
import { withLinks } from './adapters/links.ts'
import { refreshHandler } from './handlers.ts'

export const handler = refreshHandler(withLinks(systemDependencies(process.env), process.env))
