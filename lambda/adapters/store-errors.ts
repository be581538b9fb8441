// What the AWS SDK throws, in words of our own: the name of the error and nothing else of it.

import { storeFailure } from '../core/failures/failure-table.ts'
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
  'BatchGetSecretValueIncomplete',
])

/** The answer began and did not come to its end, or what came was not an answer. */
const cutOff = new Set(['UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ECONNRESET'])

export const isCutOff = (error: unknown): boolean =>
  error instanceof Error &&
  (cutOff.has(codeOf(error) ?? '') ||
    codeOf(error)?.startsWith('HPE_') === true ||
    error.name === 'SyntaxError' ||
    isCutOff(error.cause))

/** Of an error of the connection itself. */
const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined

export const storeErrors = (name: string): StoreFailure =>
  new StoreFailure(storeFailure(name), passing.has(name), throttling.has(name))

/** An error of the connection itself has its name in `code`. */
export const throwStoreFailure = (error: unknown): never => {
  const code = error instanceof Error ? codeOf(error) : undefined
  const name = errorName(error)
  if (passing.has(name)) throw storeErrors(name)
  if (code !== undefined && (name === 'Error' || isCutOff(error))) throw new StoreFailure(storeFailure(code), true)
  throw isCutOff(error) ? new StoreFailure(storeFailure(name), true) : storeErrors(name)
}
