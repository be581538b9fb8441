// The refresher's entry point in AWS Lambda: one set of ports per container.

import { systemDependencies } from './adapters/dependencies.ts'
import { refreshHandler } from './handlers.ts'

export const handler = refreshHandler(systemDependencies(process.env))
