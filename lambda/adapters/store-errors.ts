// What the AWS SDK throws, in words of our own: the name of the error and nothing else of it.

import { storeFailure } from '../core/failure-table.ts'
import { StoreFailure } from '../ports.ts'

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

/** Refused for coming too soon. */
const throttling = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'])

/** In a little while these may succeed. */
const passing = new Set([
  ...throttling,
  'InternalServiceError',
  'InternalServiceErrorException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'RequestTimeout',
])

export const storeErrors = (name: string): StoreFailure =>
  new StoreFailure(storeFailure(name), passing.has(name), throttling.has(name))

/** An error of the connection itself has its name in `code`. */
export const throwStoreFailure = (error: unknown): never => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined && errorName(error) === 'Error') throw new StoreFailure(storeFailure(code), true)
  throw storeErrors(errorName(error))
}
