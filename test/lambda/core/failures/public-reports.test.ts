// Answers seen in public reports, mostly of other providers than Microsoft Entra, and what each is taken for.

import { expect, it } from 'vitest'
import type { FailureClass } from '../../../../lambda/contract.ts'
import { classifyReply, type GrantType } from '../../../../lambda/core/failures/classify.ts'
import type { Concerns } from '../../../../lambda/core/failures/failure.ts'

interface Report {
  /** Where the answer was seen. */
  readonly seen: string
  readonly status: number
  readonly body: unknown
  readonly expected: readonly [FailureClass, string, Concerns]
  /** @default refresh_token */
  readonly grant?: GrantType
}

const reports: readonly Report[] = [
  {
    seen: 'GitHub: a refresh token used twice, in a 200',
    status: 200,
    body: {
      error: 'bad_refresh_token',
      error_description: 'The refresh token passed is incorrect or expired.',
      error_uri: 'https://docs.github.com/apps',
    },
    expected: ['reauthorize', 'bad_refresh_token', 'connection'],
  },
  {
    seen: 'GitHub: the same as a form',
    status: 200,
    body: 'error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.',
    expected: ['reauthorize', 'bad_refresh_token', 'connection'],
  },
  {
    seen: 'GitHub: a wrong client secret, in a 200',
    status: 200,
    body: {
      error: 'incorrect_client_credentials',
      error_description: 'The client_id and/or client_secret passed are incorrect.',
    },
    expected: ['client', 'incorrect_client_credentials', 'client'],
  },
  {
    seen: 'HubSpot: airbytehq/airbyte issue 79592',
    status: 400,
    body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token', correlationId: '6356f281' },
    expected: ['reauthorize', 'bad_refresh_token', 'connection'],
  },
  {
    seen: 'HubSpot: the word beside a loose one',
    status: 400,
    body: { status: 'BAD_REFRESH_TOKEN', error: 'invalid_request', message: 'missing or invalid refresh token' },
    expected: ['reauthorize', 'bad_refresh_token', 'connection'],
  },
  {
    seen: 'HubSpot: HubSpot/oauth-quickstart-nodejs issue 16',
    status: 400,
    body: {
      status: 'error',
      message: 'Any of the listed authentication credentials are missing',
      requestId: 'cc696c9d',
    },
    expected: ['refused', 'http_400', 'client'],
  },
  {
    seen: 'Zoho: the token endpoint was asked too often',
    status: 400,
    body: {
      error: 'Access Denied',
      error_description: 'You have made too many requests continuously. Please try again after some time.',
      status: 'failure',
    },
    expected: ['throttled', 'access_denied', 'client'],
  },
  {
    seen: 'Zoho: zoho/zcrm-csharp-sdk issue 7, schmorrison/Zoho pull request 18, in a 200',
    status: 200,
    body: { error: 'invalid_code' },
    expected: ['reauthorize', 'invalid_code', 'connection'],
  },
  {
    seen: 'Atlassian: a rotated refresh token, with 403',
    status: 403,
    body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Atlassian: ParabolInc/parabol issue 11849',
    status: 403,
    body: { error: 'unauthorized_client', error_description: 'refresh_token is invalid' },
    expected: ['reauthorize', 'unauthorized_client', 'connection'],
  },
  {
    seen: 'Intuit: intuit/oauth-jsclient issue 77',
    status: 400,
    body: { error: 'invalid_grant' },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Xee: xee-lab/xee-api-docs issue 82',
    status: 400,
    body: { error: 'invalid_request' },
    expected: ['request', 'invalid_request', 'client'],
  },
  {
    seen: 'Strava: a refresh token that is no longer good',
    status: 400,
    body: { message: 'Bad Request', errors: [{ resource: 'RefreshToken', field: 'refresh_token', code: 'invalid' }] },
    expected: ['reauthorize', 'invalid_refresh_token', 'connection'],
  },
  {
    seen: 'Strava: a wrong client secret',
    status: 400,
    body: { message: 'Bad Request', errors: [{ resource: 'Application', field: 'client_secret', code: 'invalid' }] },
    expected: ['client', 'invalid_client_secret', 'client'],
  },
  {
    seen: 'Fitbit: the list of errors, with the refresh token in the text',
    status: 400,
    body: { errors: [{ errorType: 'invalid_grant', message: 'Refresh token invalid: cb4c377e.' }], success: false },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Keycloak: a wrong client secret',
    status: 401,
    body: { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' },
    expected: ['client', 'unauthorized_client', 'client'],
  },
  {
    seen: 'Keycloak: the session has ended',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Session not active' },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Keycloak: a disabled account',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Account disabled' },
    grant: 'password',
    expected: ['account', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Salesforce: expired, revoked, or one sign-in too many',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Salesforce: too many sign-ins in an hour',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'login rate exceeded' },
    expected: ['throttled', 'invalid_grant', 'client'],
  },
  {
    seen: 'Salesforce: a user who was deactivated',
    status: 400,
    body: { error: 'inactive_user', error_description: 'user is inactive' },
    expected: ['account', 'inactive_user', 'connection'],
  },
  {
    seen: 'Salesforce: the list form of its other endpoints',
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    expected: ['refused', 'INVALID_SESSION_ID', 'client'],
  },
  {
    seen: 'Google: the OAuth client was deleted',
    status: 401,
    body: { error: 'deleted_client', error_description: 'The OAuth client was deleted.' },
    expected: ['client', 'deleted_client', 'client'],
  },
  {
    seen: 'Google: no client secret in the request',
    status: 400,
    body: { error: 'invalid_request', error_description: 'client_secret is missing.' },
    expected: ['client', 'invalid_request', 'client'],
  },
  {
    seen: 'Google Workspace: the length of a session is limited',
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    },
    expected: ['reauthorize', 'invalid_grant', 'connection'],
  },
  {
    seen: 'Google: the form of its other endpoints',
    status: 401,
    body: {
      error: { code: 401, message: 'Request had invalid authentication credentials.', status: 'UNAUTHENTICATED' },
    },
    expected: ['refused', 'UNAUTHENTICATED', 'client'],
  },
  {
    seen: 'Slack, in a 200',
    status: 200,
    body: { ok: false, error: 'invalid_refresh_token' },
    expected: ['reauthorize', 'invalid_refresh_token', 'connection'],
  },
  {
    seen: 'Slack: a wrong client secret, in a 200',
    status: 200,
    body: { ok: false, error: 'bad_client_secret' },
    expected: ['client', 'bad_client_secret', 'client'],
  },
  {
    seen: 'Auth0: a password where a second factor is on',
    status: 403,
    body: { error: 'mfa_required', error_description: 'Multifactor authentication required', mfa_token: 'Fe26' },
    grant: 'password',
    expected: ['policy', 'mfa_required', 'connection'],
  },
  {
    seen: 'X: a refresh token used twice',
    status: 400,
    body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
    expected: ['reauthorize', 'invalid_request', 'connection'],
  },
  {
    seen: 'LinkedIn: after 365 days',
    status: 400,
    body: {
      error: 'invalid_request',
      error_description: 'The provided authorization grant or refresh token is invalid, expired or revoked',
    },
    expected: ['reauthorize', 'invalid_request', 'connection'],
  },
  {
    seen: 'Zoom: the same account was connected a second time',
    status: 400,
    body: { reason: 'Invalid Token!', error: 'invalid_request' },
    expected: ['reauthorize', 'invalid_request', 'connection'],
  },
  {
    seen: 'Zoom: without any word',
    status: 401,
    body: { reason: 'Invalid Token!' },
    expected: ['reauthorize', 'http_401', 'connection'],
  },
  {
    seen: 'Square: developer.squareup.com, topic 11056',
    status: 401,
    body: { message: 'Invalid refresh token', type: 'service.not_authorized' },
    expected: ['reauthorize', 'http_401', 'connection'],
  },
  {
    seen: 'Apigee: a fault in place of an error',
    status: 400,
    body: {
      fault: {
        faultstring: 'Invalid Refresh Token',
        detail: { errorcode: 'keymanagement.service.InvalidRefreshToken' },
      },
    },
    expected: ['reauthorize', 'invalid_refresh_token', 'connection'],
  },
  {
    seen: 'Reddit: the HTTP status repeated',
    status: 400,
    body: { message: 'Bad Request', error: 400 },
    expected: ['refused', 'http_400', 'client'],
  },
  {
    seen: 'Spring: a path that does not exist',
    status: 404,
    body: { timestamp: '2026-11-23T12:00:00Z', status: 404, error: 'Not Found', path: '/oauth/token' },
    expected: ['refused', 'http_404', 'client'],
  },
  {
    seen: 'a provider that does not refresh before the end of an access token',
    status: 400,
    body: { error: 'access_denied', error_description: 'access token not expired' },
    expected: ['transient', 'access_denied', 'connection'],
  },
  {
    seen: 'Entra: one tenant does not know the app; Azure/go-autorest issue 626 saw it pass by itself',
    status: 400,
    body: {
      error: 'unauthorized_client',
      error_description: "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
      error_codes: [700016],
    },
    expected: ['client', 'AADSTS700016', 'tenant'],
  },
  {
    seen: 'Entra: the client secret of a shared app has expired; n8n-io/n8n issue 22544',
    status: 401,
    body: {
      error: 'invalid_client',
      error_description: "AADSTS7000222: The provided client secret keys for app 'x' are expired.",
      error_codes: [7000222],
    },
    expected: ['client', 'AADSTS7000222', 'client'],
  },
]

it.each(reports)('$status of $seen', ({ status, body, grant = 'refresh_token', expected }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const failure = classifyReply({ kind: 'answer', status, body: text, receivedAt: 0 }, grant)
  expect([failure.class, failure.code, failure.concerns]).toEqual(expected)
  // Nothing of the provider's sentences is repeated.
  expect(JSON.stringify(failure)).not.toMatch(/cb4c377e|Fe26|Application with/)
})
