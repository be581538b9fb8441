// The sign-in function's entry point in AWS Lambda: one set of ports per container.

import { signInDependencies } from './adapters/sign-in-dependencies.ts'
import { signInHandler } from './sign-in-handler.ts'

export const handler = signInHandler(signInDependencies(process.env))
