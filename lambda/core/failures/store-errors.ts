// What errors of Secrets Manager, KMS, IAM and the AWS SDK mean: all are of class `store`.

import type { Failure } from './failure.ts'
import { isCode, rowOf } from './look-up.ts'
import { transports } from './transports.ts'

const allowAccess =
  'Allow the role of the function this action on the secret and its KMS key, in IAM, key and organization policies.'
const repairKey = 'Enable the KMS key of this secret, cancel its deletion, and let the role of the function use it.'
const restoreSecret = 'Restore the missing secret, or correct its name, account or Region.'
const cancelDeletion = 'Restore the secret if it is scheduled for deletion, and check that no other service manages it.'
const lowerRate =
  'Find out what else calls Secrets Manager or KMS in this account and Region so often, and slow it down.'
const raiseQuota =
  'Find out which quota of Secrets Manager is reached: versions of one secret, labels, or secrets in all.'
const waitForAws = 'Wait, and look at the AWS Health Dashboard for Secrets Manager and KMS if it lasts.'
const reportBug =
  'Report this as a defect with the log lines of the run, and compare the deployed version with the newest.'
const oneWriter = 'Wait for the next run, and find out what else writes the same secret at the same time if it lasts.'
const repairPolicy = 'Correct the resource policy of the secret.'
const repairCredentials = 'Check the role of the function and its credentials, and the clock where it runs.'
const checkWayToAws =
  'Check the way from the function to Secrets Manager: name resolution, endpoint, firewall and proxy.'
export const unknownStore =
  'Read what the reference of AWS Secrets Manager says about this error; the refresher tries again by itself in every run.'

/** Remedies by error name of Secrets Manager, KMS, IAM and the AWS SDK. All are of class `store`. */
export const storeRemedies: Readonly<Record<string, string>> = {
  AbortError: waitForAws,
  AccessDenied: allowAccess,
  AccessDeniedException: allowAccess,
  /** Code of our own: BatchGetSecretValue left a secret out of its answer. */
  BatchGetSecretValueIncomplete: waitForAws,
  CredentialsProviderError: repairCredentials,
  DecryptionFailure: repairKey,
  DependencyTimeoutException: waitForAws,
  DisabledException: repairKey,
  EncryptionFailure: repairKey,
  ExpiredToken: repairCredentials,
  ExpiredTokenException: repairCredentials,
  IncompleteSignature: repairCredentials,
  InternalFailure: waitForAws,
  InternalServiceError: waitForAws,
  InternalServiceErrorException: waitForAws,
  InternalServiceFailure: waitForAws,
  InvalidClientTokenId: repairCredentials,
  InvalidKeyUsageException: repairKey,
  InvalidNextTokenException: reportBug,
  InvalidParameterException: reportBug,
  InvalidRequestException: cancelDeletion,
  InvalidSignatureException: repairCredentials,
  KMSAccessDeniedException: allowAccess,
  KMSDisabledException: repairKey,
  KMSInternalException: waitForAws,
  KMSInvalidStateException: repairKey,
  KMSNotFoundException: repairKey,
  KMSThrottlingException: lowerRate,
  KeyUnavailableException: waitForAws,
  LimitExceededException: raiseQuota,
  MalformedPolicyDocumentException: repairPolicy,
  NotFoundException: repairKey,
  PreconditionNotMetException: reportBug,
  PublicPolicyException: repairPolicy,
  RequestExpired: repairCredentials,
  RequestLimitExceeded: lowerRate,
  RequestTimeout: waitForAws,
  ResourceExistsException: oneWriter,
  ResourceNotFoundException: restoreSecret,
  ServiceUnavailable: waitForAws,
  ServiceUnavailableException: waitForAws,
  /** The answer was not JSON. */
  SyntaxError: checkWayToAws,
  Throttling: lowerRate,
  ThrottlingException: lowerRate,
  TimeoutError: waitForAws,
  TooManyRequestsException: lowerRate,
  UnrecognizedClientException: repairCredentials,
  ValidationException: reportBug,
}

/** @param name `name` of an AWS SDK error, or the code of the network error beneath it */
export const storeFailure = (name: string): Failure => {
  const known = rowOf(storeRemedies, name) ?? (rowOf(transports, name) === undefined ? undefined : checkWayToAws)
  if (known !== undefined) return { class: 'store', code: name, remedy: known }
  return { class: 'store', code: isCode(name) ? name : 'store_error', remedy: unknownStore, unknown: true }
}
