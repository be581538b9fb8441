// The exceptions of the service, with the documented names and messages.

export class ServiceError extends Error {
  readonly type: string
  readonly status: number

  constructor(type: string, message: string, status = 400) {
    super(message)
    this.name = type
    this.type = type
    this.status = status
  }
}

export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', message)
export const invalidRequest = (message: string) => new ServiceError('InvalidRequestException', message)
export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message)
export const alreadyExists = (message: string) => new ServiceError('ResourceExistsException', message)
export const limitExceeded = (message: string) => new ServiceError('LimitExceededException', message)
export const malformedPolicy = (message: string) => new ServiceError('MalformedPolicyDocumentException', message)
export const publicPolicy = (message: string) => new ServiceError('PublicPolicyException', message)
export const accessDenied = (message: string) => new ServiceError('AccessDeniedException', message)
export const decryptionFailure = () =>
  new ServiceError(
    'DecryptionFailure',
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  )
export const encryptionFailure = () =>
  new ServiceError(
    'EncryptionFailure',
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
  )
export const validation = (message: string) => new ServiceError('ValidationException', message)
export const serialization = (message: string) => new ServiceError('SerializationException', message)

export const unknownOperation = () => new ServiceError('UnknownOperationException', '')
export const invalidNextToken = () => new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.')
export const secretNotFound = () => notFound("Secrets Manager can't find the specified secret.")

export const versionNotFound = (versionId: string) =>
  notFound(`Secrets Manager can't find the specified secret value for VersionId: ${versionId}`)

export const labelNotFound = (label: string) =>
  notFound(`Secrets Manager can't find the specified secret value for staging label: ${label}`)

export const markedForDeletion = () =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")

/** The same refusal in the words of DeleteSecret, the rotation operations and the Errors list of a batch. */
export const markedDeleted = () =>
  invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.")

export const tokenInUse = (token: string, arn: string) =>
  alreadyExists(
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )

export const replicaSecret = () =>
  invalidParameter("Operation not permitted on a replica secret. Call must be made in primary secret's region.")

/** A constraint of the service's own model: a length, a range, an enumeration. */
export const constraint = (value: string, field: string, rule: string) =>
  validation(`1 validation error detected: Value${value} at '${field}' failed to satisfy constraint: Member ${rule}`)
