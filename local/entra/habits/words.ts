// How other providers refuse a token request, as public bug reports and their documentation show it.

import type { LoopbackAnswer } from '../../loopback-server.ts'

const json = (status: number, body: unknown): LoopbackAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})

const error = (status: number, word: string, description?: string): LoopbackAnswer =>
  json(status, { error: word, ...(description !== undefined && { error_description: description }) })

export const otherWords = {
  'google: invalid_grant': error(400, 'invalid_grant', 'Token has been expired or revoked.'),
  'google: invalid_rapt': json(400, {
    error: 'invalid_grant',
    error_description: 'reauth related error (invalid_rapt)',
    error_uri: 'https://support.google.com/a/answer/9368756',
    error_subtype: 'invalid_rapt',
  }),
  'google: deleted_client': error(401, 'deleted_client', 'The OAuth client was deleted.'),
  'google: invalid_client': error(401, 'invalid_client', 'The provided client secret is invalid.'),
  'google: internal_failure': error(500, 'internal_failure'),
  'google: error as an object': json(400, {
    error: { code: 400, message: 'Invalid JSON payload received.', status: 'INVALID_ARGUMENT' },
  }),
  'github: bad_refresh_token': json(200, {
    error: 'bad_refresh_token',
    error_description: 'The refresh token passed is incorrect or expired.',
    error_uri: 'https://docs.github.com',
  }),
  'github: incorrect_client_credentials': json(200, {
    error: 'incorrect_client_credentials',
    error_description: 'The client_id and/or client_secret passed are incorrect.',
    error_uri: 'https://docs.github.com',
  }),
  'slack: invalid_refresh_token': json(200, { ok: false, error: 'invalid_refresh_token' }),
  'slack: bad_client_secret': json(200, { ok: false, error: 'bad_client_secret' }),
  'slack: ratelimited': { ...json(429, { ok: false, error: 'ratelimited' }) },
  'zoho: invalid_code': json(200, { error: 'invalid_code' }),
  'zoho: invalid_client_secret': json(200, { error: 'invalid_client_secret' }),
  'zoho: access_denied': json(400, {
    error: 'access_denied',
    error_description: 'You have made too many requests continuously. Please try again after some time.',
    status: 'failure',
  }),
  'hubspot: BAD_REFRESH_TOKEN': json(400, {
    status: 'BAD_REFRESH_TOKEN',
    message: 'missing or invalid refresh token',
    correlationId: '00000000-0000-4000-8000-000000000000',
  }),
  'auth0: invalid_grant': error(403, 'invalid_grant', 'Unknown or invalid refresh token.'),
  'auth0: unauthorized_client': error(403, 'unauthorized_client', "Grant type 'refresh_token' not allowed."),
  'auth0: mfa_required': error(403, 'mfa_required', 'Multifactor authentication required'),
  'auth0: access_denied': error(401, 'access_denied', 'Unauthorized'),
  'keycloak: token is not active': error(400, 'invalid_grant', 'Token is not active'),
  'keycloak: session is not active': error(400, 'invalid_grant', 'Session not active'),
  'keycloak: wrong client secret': error(401, 'unauthorized_client', 'Invalid client or Invalid client credentials'),
  'okta: invalid_grant': error(400, 'invalid_grant', 'The refresh token is invalid or expired.'),
  'okta: error code': json(401, {
    errorCode: 'invalid_client',
    errorSummary: 'Invalid value for parameter.',
    errorLink: 'invalid_client',
    errorId: 'example',
    errorCauses: [],
  }),
  'salesforce: expired': error(400, 'invalid_grant', 'expired access/refresh token'),
  'salesforce: inactive_user': error(400, 'inactive_user', 'user is inactive'),
  'salesforce: inactive_org': error(400, 'inactive_org', 'org is inactive'),
  'salesforce: busy': error(400, 'invalid_grant', 'token request is already being processed'),
  'atlassian: unauthorized_client': error(403, 'unauthorized_client', 'refresh_token is invalid'),
  'atlassian: invalid_grant': error(403, 'invalid_grant', 'Unknown or invalid refresh token.'),
  'in capitals': error(400, 'INVALID_GRANT'),
  'with blanks': error(400, 'invalid grant'),
  'token not expired': error(400, 'access_denied', 'access token not expired'),
  'no word at all': json(400, { message: 'Bad Request' }),
  'an empty 401': { status: 401, headers: { 'www-authenticate': 'Basic realm="token"' }, body: '' },
  'an empty 400': { status: 400, body: '' },
  'a page of HTML with 403': {
    status: 403,
    headers: { 'content-type': 'text/html' },
    body: '<html><head><title>Access Denied</title></head><body>Reference #18.2d351ab8</body></html>',
  },
  'not found': { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no Route matched with those values' },
  'a redirect': { status: 302, headers: { location: 'https://status.example.com/' }, body: '' },
} as const satisfies Readonly<Record<string, LoopbackAnswer>>

export type OtherWord = keyof typeof otherWords

export const otherWordNames = Object.keys(otherWords) as [OtherWord, ...OtherWord[]]
