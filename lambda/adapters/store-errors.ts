// Converts an error of the AWS SDK into a StoreFailure, which keeps only the error's name.

import { storeFailure } from '../core/failures/failure-table.ts'
import { StoreFailure } from '../ports.ts'

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

/** Throttled. */
const throttling = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'])

/** These may succeed after a short wait. */
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

/** The answer was incomplete, or was not an answer of AWS. */
const cutOff = new Set(['UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ECONNRESET'])

export const isCutOff = (error: unknown): boolean =>
  error instanceof Error &&
  (cutOff.has(codeOf(error) ?? '') ||
    codeOf(error)?.startsWith('HPE_') === true ||
    error.name === 'SyntaxError' ||
    isCutOff(error.cause))

/** Code of a connection error. */
const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined

export const storeErrors = (name: string): StoreFailure =>
  new StoreFailure(storeFailure(name), passing.has(name), throttling.has(name))

/** A connection error has its name in `code`. */
export const throwStoreFailure = (error: unknown): never => {
  const code = error instanceof Error ? codeOf(error) : undefined
  const name = errorName(error)
  if (passing.has(name)) throw storeErrors(name)
  if (code !== undefined && (name === 'Error' || isCutOff(error))) throw new StoreFailure(storeFailure(code), true)
  throw isCutOff(error) ? new StoreFailure(storeFailure(name), true) : storeErrors(name)
}
