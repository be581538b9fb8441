// What the AWS SDK throws, in words of our own: the name of the error and nothing else of it.

import { storeFailure } from '../core/failure-table.ts'
import { StoreFailure } from '../ports.ts'

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

/** The SDK has tried these three times already; in a little while they may succeed. */
const passing = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'InternalServiceError',
  'InternalServiceErrorException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'RequestTimeout',
])

export const storeErrors = (name: string): StoreFailure => new StoreFailure(storeFailure(name), passing.has(name))

/** An error of the connection itself has its name in `code`. */
export const throwStoreFailure = (error: unknown): never => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined && errorName(error) === 'Error') throw new StoreFailure(storeFailure(code), true)
  throw storeErrors(errorName(error))
}
