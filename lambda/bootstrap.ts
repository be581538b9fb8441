// The bootstrap's entry point in AWS Lambda: one set of ports per container.

import { systemDependencies } from './adapters/dependencies.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(systemDependencies(process.env))
