// What the error codes of Microsoft Graph mean for an app that changes its own client secrets.

import type { Ruling } from './ruling.ts'

const allowRenewal =
  'Let the app of client <client id> own itself and consent to Application.ReadWrite.OwnedBy, as docs/guides/renewing-client-secrets.md shows, then run token-refresher client renew-secret <client id> --automatic.'
const nameOwnTenant =
  'Run token-refresher client renew-secret <client id> --automatic --tenant <tenant> with the tenant in which the app is registered.'
const useOtherWay =
  'Ask an administrator of the tenant to except this app from the policy on client secrets, or do without one: token-refresher client federate <client id>.'
const waitForGraph =
  'Nothing to do; the next run tries again by itself, and if this lasts for days, open a ticket with Microsoft.'

/**
 * learn.microsoft.com/graph/errors names none of these for `addPassword`. Seen in reports: the code for a lifetime, and
 * Authorization_RequestDenied. The code for a forbidden client secret follows the first one's pattern and is not confirmed.
 */
export const graphErrors = {
  Authorization_RequestDenied: { class: 'client', concerns: 'client', remedy: allowRenewal },
  Authorization_IdentityNotFound: { class: 'request', concerns: 'client', remedy: nameOwnTenant },
  CredentialInvalidLifetimeAsPerAppPolicy: { class: 'policy', concerns: 'client', remedy: useOtherWay },
  CredentialTypeNotAllowedAsPerAppPolicy: { class: 'policy', concerns: 'client', remedy: useOtherWay },
  /** The token was just issued, so one of the servers does not know something yet. */
  InvalidAuthenticationToken: { class: 'transient', concerns: 'client', remedy: waitForGraph },
  Request_ResourceNotFound: { class: 'request', concerns: 'client', remedy: nameOwnTenant },
} as const satisfies Record<string, Ruling>

/** The tenant's policy allows no client secret of this lifetime, so a shorter one may be allowed. */
export const isLifetimeRefused = (code: string): boolean => code === 'CredentialInvalidLifetimeAsPerAppPolicy'
