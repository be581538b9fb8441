// Error descriptions that contradict the code beside them. Only well-known ones, because a description changes without notice.

import { afterEarlyRefresh, checkClient, enableAccount, signInAgain, slowDown, waitForProvider } from './remedies.ts'
import type { GrantType, Ruling } from './ruling.ts'

interface Sentence {
  readonly pattern: RegExp
  readonly ruling: Ruling
  /** The codes beside which it counts; undefined stands for a code that no table knows. @default every code */
  readonly words?: readonly (string | undefined)[]
  /** @default every grant */
  readonly grant?: GrantType
}

const early: Ruling = { class: 'transient', concerns: 'connection', remedy: afterEarlyRefresh }
const throttled: Ruling = { class: 'throttled', concerns: 'client', remedy: slowDown }
const passing: Ruling = { class: 'transient', concerns: 'connection', remedy: waitForProvider }
const dead: Ruling = { class: 'reauthorize', concerns: 'connection', remedy: signInAgain }
const badSecret: Ruling = { class: 'client', concerns: 'client', remedy: checkClient }
const disabled: Ruling = { class: 'account', concerns: 'connection', remedy: enableAccount }

/** Codes that providers use for many failures, also for a refresh token that is no longer valid. */
const loose = ['unauthorized_client', 'invalid_request', 'access_denied']

/** Whether a more precise code or sentence in the same answer takes precedence. */
export const isLoose = (key: string): boolean => loose.includes(key)

const sentences: readonly Sentence[] = [
  // Zoho, as 400 `Access Denied`: "You have made too many requests continuously. Please try again after some time."
  // Salesforce, as `invalid_grant`: "login rate exceeded".
  { pattern: /too many requests|rate (is )?exceeded|rate limit/i, ruling: throttled },
  // Salesforce: "retry your request".
  { pattern: /retry your request/i, ruling: passing },
  // Beside a code that refuses for good, these sentences are only advice.
  { pattern: /try again later|temporarily unavailable/i, words: [undefined, ...loose], ruling: passing },
  // "access token not expired", "The token is still valid": some providers do not refresh before the end.
  {
    pattern:
      /^(?!.*\b(verify|make sure|ensure|check)\b).*(\btoken\b[^.]{0,25}(\bnot|n't)( yet)?( been)? expired?\b|still valid|too early|too soon)/i,
    ruling: early,
    grant: 'refresh_token',
  },
  // Keycloak, as `invalid_grant`: "Account disabled", "User disabled", "Account is not fully set up". Auth0, as
  // `unauthorized`: "user is blocked".
  {
    pattern: /^(account|user) (is )?(disabled|blocked)\b|account is not fully set up/i,
    words: [undefined, ...loose, 'invalid_grant'],
    ruling: disabled,
  },
  // Google, as `invalid_request`: "client_secret is missing."
  { pattern: /client (credentials|secret)|client_secret/i, words: [undefined, 'invalid_request'], ruling: badSecret },
  // Atlassian, as 403 `unauthorized_client`: "refresh_token is invalid". LinkedIn, as `invalid_request`: "The provided
  // authorization grant or refresh token is invalid, expired or revoked". Zoom, with or without `invalid_request`:
  // "Invalid Token!". X, as `invalid_request`: "Value passed for the token was invalid." Instagram: "The session has been
  // invalidated because the user changed their password".
  {
    pattern:
      /refresh[ _]token.{0,40}\b(invalid|expired|revoked|not valid|not found|unknown)\b|\b(invalid|expired|revoked|unknown) (refresh[ _])?token\b|value passed for the token was invalid|session has been invalidated/i,
    words: [undefined, ...loose],
    ruling: dead,
    grant: 'refresh_token',
  },
]

/** @param word the table's key, or undefined if no table knows the provider's code */
export const rulingOfSentence = (word: string | undefined, description: string, grant: GrantType): Ruling | undefined =>
  sentences.find(
    ({ pattern, words, grant: only }) =>
      (only === undefined || only === grant) &&
      (words === undefined || words.includes(word)) &&
      pattern.test(description),
  )?.ruling
