// Errors of AWS and of the network in words: what failed, where, and what to do.

import { CommandError, type Problem } from '../exit.ts'
import { plain } from '../terminal/printable.ts'
import { endpointOf } from './observed.ts'

/** Errors that no table knows keep their name and, when AWS wrote it, their message; an error of this project never contains a secret. */
export const explain = (error: unknown): CommandError =>
  error instanceof CommandError ? error : new CommandError(problemOf(error))

const problemOf = (error: unknown): Problem => {
  if (!(error instanceof Error)) return { message: `an error without a message occurred: ${typeof error}` }
  const code = codeOf(error)
  if (denied.has(code)) return deniedProblem(error, code)
  if (code === 'CredentialsProviderError') return credentialsProblem(error)
  if (unreachable.has(code)) return unreachableProblem(error)
  const known = problems[code]
  if (known !== undefined) return known
  if (/Region is missing/i.test(error.message)) return noRegion
  const region = /Region not accepted: region="(.*)" is not/.exec(plain(error.message))?.[1]
  if (region !== undefined)
    return region === '' ? noRegion : { ...noRegion, message: `"${region}" is not an AWS Region` }
  return { code, message: `${code}: ${firstLine(error.message)}` }
}

/** Whether AWS refused the call because a permission is missing. */
export const isDenied = (error: unknown): boolean => error instanceof Error && denied.has(codeOf(error))

const denied = new Set(['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException'])

/** AWS names the refused action, and mostly the resource. Both are shown, because a policy has to allow them. */
const deniedProblem = ({ message }: Error, code: string): Problem => {
  const action = /perform:? ([A-Za-z0-9-]+:[A-Za-z*]+)/.exec(message)?.[1]
  const resource = /on resource:? (\S+)/.exec(plain(message))?.[1]
  const what = action === undefined ? firstLine(message) : `${action}${resource === undefined ? '' : ` on ${resource}`}`
  return {
    code,
    message: `not permitted: ${what}`,
    remedy: `Ask the administrator of this AWS account for the permission ${action ?? 'this action'}, or use another --profile.`,
  }
}

const noRegion: Problem = {
  code: 'RegionMissing',
  message: 'no AWS Region is set',
  remedy: 'Give --region, or set AWS_REGION, or a region in the profile.',
}

const expired: Problem = {
  code: 'CredentialsExpired',
  message: 'the AWS credentials have expired',
  remedy: 'Sign in again, for example with: aws sso login',
}
const notAccepted: Problem = {
  code: 'CredentialsNotAccepted',
  message: 'AWS does not accept the credentials',
  remedy: 'Check which ones are used with: aws sts get-caller-identity',
}

const noCredentials: Problem = {
  code: 'NoCredentials',
  message: 'no AWS credentials were found',
  remedy:
    'Run aws configure or aws sso login, or choose a profile with --profile: aws configure list-profiles shows them.',
}

/** Chosen by the messages of the SDK's providers. They are not shown, because a credential process may print a secret. */
const credentialProblems: readonly (readonly [RegExp, Problem])[] = [
  [
    /\bSSO\b.*(expired|invalid)|expired.*aws sso login|Token is expired/i,
    { ...expired, message: 'the SSO session of this profile has expired', remedy: 'Sign in again: aws sso login' },
  ],
  [
    /multi-factor|MFA/i,
    {
      code: 'SecondFactorNeeded',
      message: 'this profile needs the code of a second factor',
      remedy: 'Run the command on a terminal, where it asks for the code, or choose another --profile.',
    },
  ],
  [
    /could not be found|not found in (shared|parsed) credentials/i,
    { ...noCredentials, message: 'the profile was not found, or holds no credentials' },
  ],
]

const credentialsProblem = ({ message }: Error): Problem =>
  credentialProblems.find(([pattern]) => pattern.test(message))?.[1] ?? noCredentials

/** Error names of the network connection, and of the SDK when no answer came in time. */
const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'TimeoutError'])

const unreachableProblem = (error: Error): Problem => {
  const endpoint = endpointOf(error)
  return {
    code: 'AwsNotReached',
    message: `AWS cannot be reached${endpoint === undefined ? '' : ` at ${endpoint}`}`,
    remedy: 'Check the network, the Region, HTTPS_PROXY and, where it is set, AWS_ENDPOINT_URL.',
  }
}

const certificate: Problem = {
  code: 'CertificateNotTrusted',
  message: 'the certificate of the endpoint, or of a proxy on the way, is not trusted',
  remedy: 'Name the file with the certificates of your network in AWS_CA_BUNDLE.',
}

const problems: Readonly<Record<string, Problem>> = {
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  UnrecognizedClientException: notAccepted,
  InvalidClientTokenId: notAccepted,
  SignatureDoesNotMatch: notAccepted,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  ERR_INVALID_URL: {
    code: 'EndpointNotValid',
    message: 'AWS_ENDPOINT_URL is not a URL',
    remedy: 'Correct it, or unset it.',
  },
  ThrottlingException: { code: 'Throttled', message: 'AWS asks for a pause', remedy: 'Wait a minute, then try again.' },
}

const codeOf = (error: Error): string => {
  if ('code' in error && typeof error.code === 'string') return plain(error.code)
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return plain(error.name)
}

const firstLine = (text: string): string => plain(text.split('\n')[0] ?? '')
