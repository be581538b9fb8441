// The bootstrap's entry point in AWS Lambda: one set of ports per container.

import { bootstrapDependencies } from './adapters/dependencies.ts'
import { bootstrapHandler } from './handlers.ts'

export const handler = bootstrapHandler(bootstrapDependencies(process.env))
