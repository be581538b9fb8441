// What errors of Secrets Manager, KMS, IAM and the AWS SDK mean, in a phrase that follows the name.

const denied = 'a policy of IAM, of the key or of the organization does not allow the call'
const keyNotUsable = 'the KMS key of the secret is disabled, deleted or not usable'
const credentials = 'AWS does not accept the credentials of the function'
const awsFailed = 'AWS has failed'
const tooOften = 'AWS was called too often'
const wrongCall = 'the call itself is wrong'

export const storeMeanings: Readonly<Record<string, string>> = {
  AbortError: 'AWS did not answer in time',
  AccessDenied: denied,
  AccessDeniedException: denied,
  BatchGetSecretValueIncomplete: 'Secrets Manager left the secret out of its answer',
  CredentialsProviderError: 'the function has no credentials',
  DecryptionFailure: keyNotUsable,
  DependencyTimeoutException: 'AWS did not answer in time',
  DisabledException: keyNotUsable,
  EncryptionFailure: keyNotUsable,
  ExpiredToken: credentials,
  ExpiredTokenException: credentials,
  IncompleteSignature: credentials,
  InternalFailure: awsFailed,
  InternalServiceError: awsFailed,
  InternalServiceErrorException: awsFailed,
  InternalServiceFailure: awsFailed,
  InvalidClientTokenId: credentials,
  InvalidKeyUsageException: keyNotUsable,
  InvalidNextTokenException: wrongCall,
  InvalidParameterException: wrongCall,
  InvalidRequestException: 'the secret is scheduled for deletion, or another service manages it',
  InvalidSignatureException: credentials,
  KMSAccessDeniedException: denied,
  KMSDisabledException: keyNotUsable,
  KMSInternalException: awsFailed,
  KMSInvalidStateException: keyNotUsable,
  KMSNotFoundException: keyNotUsable,
  KMSThrottlingException: tooOften,
  KeyUnavailableException: 'the KMS key cannot be used for the moment',
  LimitExceededException: 'a quota of Secrets Manager is reached',
  MalformedPolicyDocumentException: 'the resource policy of the secret is malformed',
  NotFoundException: keyNotUsable,
  PreconditionNotMetException: wrongCall,
  PublicPolicyException: 'the resource policy would make the secret public',
  RequestExpired: credentials,
  RequestLimitExceeded: tooOften,
  RequestTimeout: 'AWS did not answer in time',
  ResourceExistsException: 'another writer was first, several times in a row',
  ResourceNotFoundException: 'the secret does not exist, or has no current version',
  ServiceUnavailable: awsFailed,
  ServiceUnavailableException: awsFailed,
  SyntaxError: 'the answer of AWS was replaced or cut off on its way',
  Throttling: tooOften,
  ThrottlingException: tooOften,
  TimeoutError: 'AWS did not answer in time',
  TooManyRequestsException: tooOften,
  UnrecognizedClientException: credentials,
  ValidationException: wrongCall,
}
