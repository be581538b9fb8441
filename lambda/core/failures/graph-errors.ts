// What the error codes of Microsoft Graph mean for an app that changes its own client secrets.

import type { Ruling } from './ruling.ts'

const allowRenewal =
  'Make the app an owner of itself and consent to its Application.ReadWrite.OwnedBy, then run token-refresher client renew-secret <client id> --automatic.'
const nameOwnTenant =
  'Run token-refresher client renew-secret <client id> --automatic with --tenant and the tenant in which the app is registered.'
const useOtherWay =
  'Ask an administrator of the tenant to except this app from the policy on client secrets, or do without one: token-refresher client federate <client id>.'
const waitForGraph =
  'Nothing to do; the next run tries again by itself, and if this lasts for days, open a ticket with Microsoft.'

/**
 * learn.microsoft.com/graph/errors names none of these for `addPassword`. The two codes of policies are those of Microsoft's own
 * Teams Toolkit (github.com/OfficeDev/teams-toolkit, aadAppClient). A write soon after another one to the same app may be
 * refused with Directory_ConcurrencyViolation, as 409 (reported).
 */
export const graphErrors = {
  Authorization_RequestDenied: { class: 'client', concerns: 'client', remedy: allowRenewal },
  Authorization_IdentityNotFound: { class: 'request', concerns: 'client', remedy: nameOwnTenant },
  CredentialInvalidLifetimeAsPerAppPolicy: { class: 'policy', concerns: 'tenant', remedy: useOtherWay },
  CredentialTypeNotAllowedAsPerAppPolicy: { class: 'policy', concerns: 'tenant', remedy: useOtherWay },
  Directory_ConcurrencyViolation: { class: 'transient', concerns: 'connection', remedy: waitForGraph },
  /** The token was just issued, so one of the servers does not know something yet. */
  InvalidAuthenticationToken: { class: 'transient', concerns: 'connection', remedy: waitForGraph },
  Request_ResourceNotFound: { class: 'request', concerns: 'client', remedy: nameOwnTenant },
} as const satisfies Record<string, Ruling>

/** The tenant's policy allows no client secret of this lifetime, so a shorter one may be allowed. */
export const isLifetimeRefused = (code: string): boolean => code === 'CredentialInvalidLifetimeAsPerAppPolicy'
