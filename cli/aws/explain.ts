// What AWS or the way to it answered instead of an answer, in words: what, where, what to do.

import { CommandError, type Problem } from '../exit.ts'
import { plain } from '../terminal/printable.ts'

/** Errors that no table knows keep their name and, when AWS wrote it, their message; no secret is ever in one of ours. */
export const explain = (error: unknown): CommandError => new CommandError(problemOf(error))

const problemOf = (error: unknown): Problem => {
  if (!(error instanceof Error)) return { message: `something failed without saying what: ${typeof error}` }
  const code = codeOf(error)
  if (denied.has(code)) return deniedProblem(error, code)
  const known = problems[code]
  if (known !== undefined) return { code, ...known }
  if (/Region is missing/i.test(error.message)) return noRegion
  const region = /Region not accepted: region="(.*)" is not/.exec(plain(error.message))?.[1]
  if (region !== undefined) return region === '' ? noRegion : { ...noRegion, message: `"${region}" is no AWS Region` }
  return { code, message: `${code}: ${firstLine(error.message)}` }
}

/** Whether AWS refused it for want of a permission. */
export const isDenied = (error: unknown): boolean => error instanceof Error && denied.has(codeOf(error))

const denied = new Set(['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException'])

/** AWS names the action that was refused, and mostly the resource: passed on, because that is what has to be allowed. */
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

const expired = {
  message: 'the AWS credentials have expired',
  remedy: 'Sign in again, for example with: aws sso login',
}
const notAccepted = {
  message: 'AWS does not accept the credentials',
  remedy: 'Check which ones are used with: aws sts get-caller-identity',
}
const unreachable = {
  message: 'AWS cannot be reached',
  remedy: 'Check the network, the Region and, where it is set, AWS_ENDPOINT_URL.',
}

const problems: Readonly<Record<string, Omit<Problem, 'code'>>> = {
  CredentialsProviderError: {
    message: 'no AWS credentials were found',
    remedy:
      'Run aws configure or aws sso login, or choose a profile with --profile: aws configure list-profiles shows them.',
  },
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  UnrecognizedClientException: notAccepted,
  InvalidClientTokenId: notAccepted,
  SignatureDoesNotMatch: notAccepted,
  ERR_INVALID_URL: { message: 'AWS_ENDPOINT_URL is no URL', remedy: 'Correct it, or unset it.' },
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  TimeoutError: unreachable,
  ThrottlingException: { message: 'AWS asks for a pause', remedy: 'Wait a minute, then try again.' },
}

const codeOf = (error: Error): string => {
  if ('code' in error && typeof error.code === 'string') return plain(error.code)
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return plain(error.name)
}

const firstLine = (text: string): string => plain(text.split('\n')[0] ?? '')
