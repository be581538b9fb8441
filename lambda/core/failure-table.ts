// What every known answer means: class and remedy of each error that a provider, the network or the store can give.

import type { FailureClass } from '../contract.ts'
import type { Failure } from './failure.ts'

/** The grant types whose answers are judged here. */
export const grants = ['password', 'refresh_token', 'authorization_code', 'device_code'] as const
export type Grant = (typeof grants)[number]

/** Who acts, and what to do. */
export interface Ruling {
  readonly class: FailureClass
  /** One sentence, imperative, for an operator who has never seen this project. */
  readonly remedy: string
  readonly meaning?: string
}

export interface ErrorRow extends Ruling {
  /** The same `error` speaks of different things in different grants. */
  readonly byGrant?: Partial<Record<Grant, Ruling>>
}

export interface AadstsRow extends Ruling {
  /** Which grants meet it. */
  readonly grants: readonly Grant[]
  /** Takes the row's place when the `error` is `invalid_grant` on a refresh. */
  readonly invalidGrantOnRefresh?: Ruling
  /** Says nothing beside another code, or inside `invalid_grant`. */
  readonly wrapper?: true
}

const every = grants
const password = ['password'] as const
const refresh = ['refresh_token'] as const
const authCode = ['authorization_code'] as const
const device = ['device_code'] as const
const redeemed = ['refresh_token', 'authorization_code'] as const

// Remedies, by who acts. Nobody: transient and throttled.
const wait = 'Wait for the next automatic attempt, and open a ticket with Microsoft if it still fails after some hours.'
const ticket = 'Open a ticket with Microsoft, quoting the correlation id, while the automatic attempts go on.'
const waitForProvider =
  'Wait for the next automatic attempt, and ask the identity provider if it still fails after some hours.'
const slowDown = 'Wait until the provider accepts requests again, and find out what else uses this client id.'
const stopLoop =
  'Wait some minutes and find out what else repeats the same token request; the refresh token is still good.'
const waitForCalls = 'Wait some minutes before the next sign-in with a call or text message.'
const keepPolling = 'Complete the sign-in in the browser with the code that was shown.'
const checkAgents =
  'Check the pass-through authentication agents, their clocks and their way to the domain controllers, then try again.'

// Whoever owns the mailbox: reauthorize.
const signInAgain =
  'Sign in again for this account: store a new login secret with its credentials and invoke the bootstrap function.'
const signInWithCurrentPassword =
  'Sign in again with the current password of the account: store a new login secret and invoke the bootstrap function.'
const restartSignIn = 'Start the sign-in again from the beginning and complete it before its code expires.'
const fixCorruptToken =
  'Restore the previous version of the stored refresh token if it was edited by hand, or else sign in again.'
const useWebRedirect =
  'Register a redirect URI of the platform Web in place of Single-page application, then sign in again through it.'
const relaxSignInFrequency =
  'Sign in again, and exclude this account from the Conditional Access policy that sets a sign-in frequency.'
const avoidDeviceCode =
  'Sign in again with an authorization code instead of a device code, which a policy of the tenant forbids.'
const useSameClient = 'Sign in again with the app registration whose client id is stored for this account.'

// The tenant's administrator: policy.
const findPolicy =
  'Find the blocking policy in the Entra sign-in log by the correlation id, and exclude this account from it.'
const satisfyMfa =
  'Sign in interactively with multifactor authentication, or exclude this account from the policy that demands it.'
const registerMfa =
  'Register security information for this account interactively, or exclude it from the policy that demands this.'
const registerMfaAfterRisk =
  'Dismiss or remediate the risk of this account in Entra ID Protection, then register its security information.'
const relaxDevicePolicy =
  'Exclude this account from the Conditional Access policy that demands a managed, compliant or joined device.'
const relaxAppPolicy =
  'Exclude this account or app from the Conditional Access policy that demands an approved client app.'
const satisfyChallenge =
  'Sign in interactively and complete the terms of use or external challenge, or exclude this account from it.'
const replaceSecurityDefaults =
  'Replace security defaults by Conditional Access with an exclusion for this account, or sign in interactively.'
const allowGrantInPolicy = 'Ask the administrator of the identity provider which policy refuses this account or app.'

// The account's owner: account.
const stopAndUnblock =
  'Stop every attempt for 30 minutes or unblock the account, and check the sign-in log for a blocked IP address.'
const changePassword =
  'Change the password of the account, store it in a new login secret and invoke the bootstrap function.'
const correctPassword =
  'Correct user name and password in a new login secret before the next attempt, for repeated failures lock the account.'
const giveCloudPassword = 'Give the account a password in the cloud directory, or sign in interactively instead.'
const registerPasswordReset = 'Sign in interactively as this account and complete the password reset registration.'
const changePasswordAfterRisk =
  'Change the password of the account and dismiss its risk in Entra ID Protection, then sign in again.'
const resetDomainPassword =
  'Reset the password in the on-premises Active Directory, wait for its synchronization, and store it in a new login.'
const widenLogonHours = 'Allow the account to log on at all hours in the on-premises Active Directory.'
const enableAccount = 'Enable the account in the directory, then sign in again if its tokens were revoked meanwhile.'
const restoreAccount =
  'Correct the user name or the tenant in a new login secret, or restore the account, then sign in again.'
const useHomeTenant =
  'Name the home tenant of the account in a new login secret, or use a member account of this tenant.'
const acceptInvitation = 'Accept the pending guest invitation, or use a member account of the tenant.'
const remediateRisk = 'Remediate the risk of this user in Entra ID Protection of the home tenant, then sign in again.'

// Whoever owns the app registration: client.
const renewSecret = 'Create a new client secret in the app registration and store it; the refresh token survives.'
const correctSecret =
  'Store the value of a valid client secret, not its id, as shown once when it was created in the app registration.'
const sendCredential =
  'Store a client secret for this app registration, or allow public client flows in its authentication settings.'
const dropCredential =
  'Remove the client secret from this client, or register the app with a Web platform so that it may have one.'
const checkClient = 'Check client id, client secret and authentication method against the app registration.'
const correctClientId = 'Correct the client id or the tenant, or have the app consented into this tenant.'
const enableApp = 'Enable the app registration and its enterprise application, or register the app anew.'
const enableAppForSignIn = 'Set "Enabled for users to sign-in" to yes on the enterprise application.'
const enableResource = 'Enable the enterprise application of the API that the scope names, and check its subscription.'
const assignUser = 'Assign this user, or a group that contains it, to the enterprise application.'
const grantConsent = 'Grant admin consent in the app registration for the requested permissions.'
const repeatConsent = 'Sign in again and accept the requested permissions, or have an administrator consent for all.'
const fixPermissions = 'Correct the API permissions of the app registration and grant consent for them.'
const fixCertificate = 'Upload the signing certificate to the app registration and check the subject it is sent with.'
const fixAssertion = 'Create a new client assertion with the claims that Entra asks for, and check the clock.'
const matchFederation =
  'Make issuer, subject and audience of the federated credential equal to the token, case included, and wait some minutes.'
const addFederation = 'Add a federated credential to the app registration and wait some minutes.'
const useOutsideIssuer =
  'Present a token of the identity provider that the federated credential names, not one of Entra.'
const allowIssuer = 'Ask the tenant administrator to allow this issuer for federated credentials.'
const contactAdmin = 'Ask the tenant administrator why the app cannot be accessed at this time.'
const allowGrant = 'Allow this grant type for the app registration at the identity provider.'

// Whoever configured the connection: request.
const fixResource = 'Correct the API that the scope names, or add its enterprise application to the tenant.'
const fixScope = 'Correct the scope to permissions that the API knows, with offline_access beside them.'
const oneResource = 'Ask in the scope for the permissions of exactly one API.'
const useScope = 'Name the API in the scope, and send no resource parameter.'
const fixTenant = 'Correct the tenant in the token endpoint: use the tenant id or a domain of the right cloud.'
const nameTenant = 'Put the tenant id into the token endpoint, and give the user name in full, as user@domain.'
const fixDomain = 'Use a full user name with a verified domain of the tenant, and check its federation settings.'
const useTenantId = 'Put the tenant id into the token endpoint, or make the app registration multitenant.'
const notCommon =
  'Use the tenant id or "organizations" in the token endpoint, for "common" and "consumers" refuse this.'
const homeTenantOnly = 'Use the tenant that owns the app registration, or widen its supported account types.'
const fixCloud = 'Use the token endpoint of the national cloud that the tenant is in, and register the app there.'
const fixAuthority = 'Correct the host name of the token endpoint.'
const allowTenant = 'Allow this tenant in the tenant restrictions of the proxy or policy that the request passes.'
const fixRequest = 'Compare client id, scope and grant type of the request with the documentation of the endpoint.'
const completeRequest = 'Add the missing field to the stored login or client: client id, scope, user name or password.'
const fixGrantType = 'Use a grant type that the token endpoint supports.'
const ownApp = 'Use an app registration of your own instead of the client id of a Microsoft app.'
const freshCode = 'Start the sign-in again and use its authorization code once, within a minute.'
const fixRedirect = 'Register the redirect URI of the sign-in, letter by letter, in the app registration.'
const sameTenant = 'Use the same tenant for the sign-in and for the token endpoint.'
const usePost = 'Correct the token endpoint: this URL was not reached with a POST request.'
const modernTls = 'Use TLS 1.2 or newer, and look for a proxy on the way that speaks an older version.'
const enterCode = 'Start the sign-in again and enter the new code exactly as shown.'
const noDpop = 'Turn off proof of possession (DPoP) for this app registration, since plain bearer tokens are used.'

/**
 * AADSTS codes, sorted. Look-up page: https://login.microsoftonline.com/error?code=<n>. Codes of other flows (SAML
 * 75xxx and 76xxx, password change 120xxx, Windows Hello 130004, 135010, on-behalf-of 7000114) are left out on purpose.
 */
export const aadsts: Readonly<Record<number, AadstsRow>> = {
  50000: { class: 'transient', grants: every, remedy: wait, meaning: 'sign-in service failed' },
  50001: { class: 'request', grants: every, remedy: fixResource, meaning: 'resource disabled or unknown' },
  50002: { class: 'request', grants: every, remedy: allowTenant, meaning: 'tenant restrictions' },
  50005: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device platform refused' },
  50012: { class: 'client', grants: every, remedy: fixCertificate, meaning: 'client authentication failed' },
  50013: { class: 'client', grants: every, remedy: fixAssertion, meaning: 'assertion not valid' },
  50014: { class: 'account', grants: password, remedy: acceptInvitation, meaning: 'guest pending' },
  50020: { class: 'account', grants: password, remedy: useHomeTenant, meaning: 'user of another tenant' },
  50027: { class: 'client', grants: every, remedy: fixAssertion, meaning: 'assertion is no valid JWT' },
  50033: { class: 'transient', grants: every, remedy: wait },
  50034: { class: 'account', grants: every, remedy: restoreAccount, meaning: 'no such account in the tenant' },
  50049: { class: 'request', grants: every, remedy: fixAuthority, meaning: 'unknown authority host' },
  50053: { class: 'account', grants: password, remedy: stopAndUnblock, meaning: 'locked, or IP blocked' },
  50055: { class: 'account', grants: password, remedy: changePassword, meaning: 'password expired' },
  50056: { class: 'account', grants: password, remedy: giveCloudPassword, meaning: 'no password in directory' },
  50057: { class: 'account', grants: every, remedy: enableAccount, meaning: 'account disabled' },
  50058: { class: 'reauthorize', grants: authCode, remedy: signInAgain, meaning: 'no session for silent sign-in' },
  50059: { class: 'request', grants: every, remedy: nameTenant, meaning: 'no tenant in the request' },
  50064: { class: 'account', grants: password, remedy: correctPassword, meaning: 'credentials refused' },
  50072: { class: 'policy', grants: every, remedy: registerMfa, meaning: 'second factor not enrolled' },
  50074: { class: 'policy', grants: every, remedy: satisfyMfa, meaning: 'strong authentication not passed' },
  50076: { class: 'policy', grants: every, remedy: satisfyMfa, meaning: 'multifactor authentication required' },
  50078: { class: 'policy', grants: refresh, remedy: satisfyMfa, meaning: 'multifactor authentication expired' },
  50079: { class: 'policy', grants: every, remedy: registerMfa, meaning: 'second factor must be enrolled' },
  50085: { class: 'reauthorize', grants: refresh, remedy: signInAgain, meaning: 'social login needed' },
  50087: { class: 'transient', grants: every, remedy: wait, meaning: 'strong authentication service failed' },
  50088: { class: 'throttled', grants: authCode, remedy: waitForCalls, meaning: 'limit on authentication calls' },
  50089: { class: 'reauthorize', grants: every, remedy: signInAgain, meaning: 'flow token expired' },
  50097: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device authentication required' },
  50105: { class: 'client', grants: every, remedy: assignUser, meaning: 'user not assigned to the app' },
  50107: { class: 'request', grants: password, remedy: fixDomain, meaning: 'no such federation realm' },
  50125: { class: 'account', grants: every, remedy: registerPasswordReset },
  50126: { class: 'account', grants: password, remedy: correctPassword, meaning: 'wrong user name or password' },
  50128: { class: 'request', grants: password, remedy: fixDomain, meaning: 'no such domain' },
  50129: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device not workplace joined' },
  50131: { class: 'policy', grants: every, remedy: findPolicy, meaning: 'Conditional Access refused' },
  50132: { class: 'reauthorize', grants: refresh, remedy: signInWithCurrentPassword },
  50133: { class: 'reauthorize', grants: refresh, remedy: signInWithCurrentPassword },
  50135: { class: 'account', grants: password, remedy: changePasswordAfterRisk },
  50137: { class: 'account', grants: password, remedy: changePassword, meaning: 'password must be changed' },
  50142: { class: 'account', grants: password, remedy: changePasswordAfterRisk },
  50144: { class: 'account', grants: password, remedy: resetDomainPassword },
  50155: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device authentication failed' },
  50158: { class: 'policy', grants: every, remedy: satisfyChallenge, meaning: 'external challenge not satisfied' },
  50173: { class: 'reauthorize', grants: refresh, remedy: signInAgain, meaning: 'grant revoked' },
  50194: { class: 'request', grants: every, remedy: useTenantId, meaning: 'app is not multitenant' },
  // Throttling inside `invalid_grant`: the refresh token is untouched.
  50196: { class: 'throttled', grants: every, remedy: stopLoop, meaning: 'same request too often' },
  50197: { class: 'reauthorize', grants: every, remedy: signInAgain, meaning: 'conflicting identities' },
  51004: { class: 'account', grants: password, remedy: restoreAccount, meaning: 'account not in the directory' },
  53000: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device not compliant' },
  53001: { class: 'policy', grants: every, remedy: relaxDevicePolicy, meaning: 'device not domain joined' },
  53002: { class: 'policy', grants: every, remedy: relaxAppPolicy, meaning: 'not an approved client app' },
  53003: { class: 'policy', grants: every, remedy: findPolicy, meaning: 'blocked by Conditional Access' },
  53004: { class: 'policy', grants: every, remedy: registerMfaAfterRisk },
  53011: { class: 'account', grants: every, remedy: remediateRisk, meaning: 'user blocked by risk' },
  54005: { class: 'request', grants: authCode, remedy: freshCode, meaning: 'code already redeemed' },
  65001: { class: 'client', grants: every, remedy: grantConsent, meaning: 'no consent' },
  65002: { class: 'request', grants: every, remedy: ownApp, meaning: 'Microsoft app not pre-authorized' },
  65004: { class: 'client', grants: authCode, remedy: repeatConsent, meaning: 'user declined consent' },
  65005: { class: 'client', grants: every, remedy: fixPermissions },
  70000: { class: 'reauthorize', grants: refresh, remedy: signInAgain, meaning: 'refresh token not valid' },
  70001: { class: 'client', grants: every, remedy: enableApp, meaning: 'app disabled or not found' },
  70002: { class: 'client', grants: every, remedy: correctSecret, meaning: 'credentials refused', wrapper: true },
  70003: { class: 'request', grants: every, remedy: fixGrantType },
  70004: { class: 'request', grants: authCode, remedy: fixRedirect },
  70007: { class: 'request', grants: authCode, remedy: fixRequest, meaning: 'response_mode not valid' },
  70008: { class: 'reauthorize', grants: redeemed, remedy: signInAgain, meaning: 'grant expired or revoked' },
  70011: { class: 'request', grants: every, remedy: fixScope, meaning: 'scope not valid' },
  70012: { class: 'transient', grants: every, remedy: wait, meaning: 'Microsoft account server failed' },
  70016: { class: 'transient', grants: device, remedy: keepPolling, meaning: 'sign-in not completed yet' },
  70018: { class: 'request', grants: device, remedy: enterCode, meaning: 'wrong user code' },
  70019: { class: 'reauthorize', grants: device, remedy: restartSignIn, meaning: 'user code expired' },
  70021: { class: 'client', grants: every, remedy: matchFederation, meaning: 'no matching federated credential' },
  70025: { class: 'client', grants: every, remedy: addFederation, meaning: 'no federated credential' },
  70043: { class: 'reauthorize', grants: refresh, remedy: relaxSignInFrequency },
  80001: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'directory not reachable' },
  80002: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'validation timed out' },
  80005: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'agent answer not understood' },
  // Nobody at the connection can mend 80007, 80010 and 80013: transient, so that they heal with the agents.
  80007: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'agent could not validate' },
  80010: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'agent could not decrypt' },
  80012: { class: 'account', grants: password, remedy: widenLogonHours, meaning: 'outside logon hours' },
  80013: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'clocks differ' },
  80014: { class: 'transient', grants: password, remedy: checkAgents, meaning: 'agent timed out' },
  90002: { class: 'request', grants: every, remedy: fixTenant, meaning: 'tenant not found' },
  90004: { class: 'request', grants: every, remedy: fixRequest, meaning: 'request malformed' },
  90006: { class: 'transient', grants: every, remedy: wait },
  90010: { class: 'request', grants: password, remedy: notCommon, meaning: 'grant not supported there' },
  90012: { class: 'transient', grants: every, remedy: wait, meaning: 'timed out at the provider' },
  90013: { class: 'request', grants: every, remedy: fixRequest, meaning: 'input not valid' },
  90014: { class: 'request', grants: every, remedy: completeRequest },
  90019: { class: 'request', grants: every, remedy: nameTenant, meaning: 'tenant not determined' },
  90023: { class: 'request', grants: every, remedy: fixRequest },
  90024: { class: 'transient', grants: every, remedy: wait, meaning: 'request budget exceeded' },
  90033: { class: 'transient', grants: every, remedy: wait, meaning: 'directory service unavailable' },
  // "Unretryable" at Microsoft's side: no setting of ours mends it, so attempts go on beside the ticket.
  90036: { class: 'transient', grants: every, remedy: ticket, meaning: 'directory service failed' },
  90038: { class: 'request', grants: every, remedy: fixCloud, meaning: 'tenant in another cloud' },
  90051: { class: 'request', grants: every, remedy: fixCloud, meaning: 'no such national cloud' },
  90055: { class: 'throttled', grants: every, remedy: slowDown, meaning: 'tenant throttled' },
  90072: { class: 'account', grants: password, remedy: useHomeTenant, meaning: 'user not in the tenant' },
  90090: { class: 'transient', grants: every, remedy: wait },
  90091: { class: 'transient', grants: every, remedy: wait },
  90094: { class: 'client', grants: every, remedy: grantConsent, meaning: 'admin consent required' },
  90095: { class: 'client', grants: every, remedy: grantConsent, meaning: 'admin consent required' },
  90100: { class: 'request', grants: every, remedy: fixRequest, meaning: 'parameter not valid' },
  500011: { class: 'request', grants: every, remedy: fixResource, meaning: 'resource not found in the tenant' },
  500014: { class: 'client', grants: every, remedy: enableResource, meaning: 'resource disabled' },
  500021: { class: 'request', grants: every, remedy: allowTenant, meaning: 'tenant restrictions' },
  500022: { class: 'request', grants: every, remedy: allowTenant, meaning: 'tenant restrictions' },
  530031: { class: 'policy', grants: password, remedy: findPolicy, meaning: 'access policy refused' },
  530032: { class: 'policy', grants: every, remedy: findPolicy, meaning: 'security policy refused' },
  530034: { class: 'account', grants: every, remedy: remediateRisk, meaning: 'suspicious activity' },
  530035: { class: 'policy', grants: password, remedy: replaceSecurityDefaults },
  530036: { class: 'reauthorize', grants: refresh, remedy: avoidDeviceCode, meaning: 'device code forbidden' },
  650052: { class: 'client', grants: every, remedy: fixPermissions, meaning: 'service not subscribed' },
  650054: { class: 'client', grants: every, remedy: fixPermissions, meaning: 'resource removed' },
  650056: { class: 'client', grants: every, remedy: fixPermissions, meaning: 'app misconfigured' },
  650057: { class: 'client', grants: every, remedy: fixPermissions, meaning: 'resource not in permissions' },
  650059: { class: 'request', grants: every, remedy: homeTenantOnly, meaning: 'app is for its own tenant' },
  700005: { class: 'request', grants: authCode, remedy: sameTenant, meaning: 'code of another tenant' },
  700011: { class: 'client', grants: every, remedy: correctClientId, meaning: 'app not in the directory' },
  700016: { class: 'client', grants: every, remedy: correctClientId, meaning: 'app not in the directory' },
  700020: { class: 'policy', grants: every, remedy: satisfyMfa, meaning: 'interaction required' },
  700022: { class: 'request', grants: every, remedy: oneResource, meaning: 'scope of several APIs' },
  700023: { class: 'request', grants: every, remedy: oneResource, meaning: 'scope of no API' },
  700024: { class: 'client', grants: every, remedy: fixAssertion, meaning: 'assertion not valid now' },
  // All connections of the client send the same credential, so it is the client's, not one request's.
  700025: { class: 'client', grants: every, remedy: dropCredential, meaning: 'public client with credential' },
  700027: { class: 'client', grants: every, remedy: fixCertificate, meaning: 'assertion signature refused' },
  700030: { class: 'client', grants: every, remedy: fixCertificate, meaning: 'certificate not authorized' },
  700082: { class: 'reauthorize', grants: refresh, remedy: signInAgain, meaning: 'unused for 90 days' },
  700084: { class: 'reauthorize', grants: refresh, remedy: useWebRedirect, meaning: 'lives 24 hours only' },
  700211: { class: 'client', grants: every, remedy: matchFederation, meaning: 'issuer does not match' },
  700212: { class: 'client', grants: every, remedy: matchFederation, meaning: 'audience does not match' },
  700213: { class: 'client', grants: every, remedy: matchFederation, meaning: 'subject does not match' },
  700222: { class: 'client', grants: every, remedy: useOutsideIssuer },
  700229: { class: 'client', grants: every, remedy: useOutsideIssuer },
  900021: { class: 'request', grants: every, remedy: fixTenant, meaning: 'tenant identifier not valid' },
  900023: { class: 'request', grants: every, remedy: fixTenant, meaning: 'tenant identifier not valid' },
  900144: { class: 'request', grants: every, remedy: completeRequest },
  900382: { class: 'request', grants: every, remedy: fixCloud, meaning: 'client of another cloud' },
  900432: { class: 'request', grants: every, remedy: fixCloud, meaning: 'client of another cloud' },
  900561: { class: 'request', grants: every, remedy: usePost },
  901002: { class: 'request', grants: every, remedy: useScope, meaning: 'resource parameter not supported' },
  1000031: { class: 'client', grants: every, remedy: contactAdmin },
  1002016: { class: 'request', grants: every, remedy: modernTls },
  7000112: { class: 'client', grants: every, remedy: enableAppForSignIn, meaning: 'app disabled' },
  7000215: { class: 'client', grants: every, remedy: correctSecret, meaning: 'client secret not valid' },
  7000216: { class: 'client', grants: every, remedy: sendCredential, meaning: 'client credential required' },
  7000218: { class: 'client', grants: every, remedy: sendCredential, meaning: 'client credential required' },
  7000222: { class: 'client', grants: every, remedy: renewSecret, meaning: 'client secret expired' },
  7002131: { class: 'client', grants: every, remedy: matchFederation, meaning: 'subject does not match' },
  7002381: { class: 'client', grants: every, remedy: allowIssuer, meaning: 'issuer blocked by the tenant' },
  9001023: { class: 'request', grants: password, remedy: notCommon, meaning: 'grant not supported there' },
  9002313: {
    class: 'request',
    grants: every,
    remedy: fixRequest,
    meaning: 'request, or the refresh token in it, malformed',
    invalidGrantOnRefresh: { class: 'reauthorize', remedy: fixCorruptToken },
  },
  9002332: { class: 'request', grants: every, remedy: notCommon, meaning: 'app is for organizations only' },
}

/** `error` values of the token endpoint: RFC 6749, 8628, 8707, 9449, 9470, OpenID Connect, and Entra's own. */
export const errors: Readonly<Record<string, ErrorRow>> = {
  access_denied: {
    class: 'policy',
    remedy: allowGrantInPolicy,
    byGrant: { device_code: { class: 'reauthorize', remedy: restartSignIn } },
  },
  account_selection_required: { class: 'reauthorize', remedy: signInAgain },
  authorization_declined: { class: 'reauthorize', remedy: restartSignIn },
  authorization_pending: { class: 'transient', remedy: keepPolling },
  bad_verification_code: { class: 'request', remedy: enterCode },
  consent_required: { class: 'client', remedy: grantConsent },
  expired_token: { class: 'reauthorize', remedy: restartSignIn },
  insufficient_user_authentication: { class: 'policy', remedy: satisfyMfa },
  interaction_required: { class: 'policy', remedy: satisfyMfa },
  invalid_client: { class: 'client', remedy: checkClient },
  invalid_dpop_proof: { class: 'client', remedy: noDpop },
  invalid_grant: {
    class: 'reauthorize',
    remedy: signInAgain,
    byGrant: {
      password: { class: 'account', remedy: correctPassword },
      authorization_code: { class: 'request', remedy: freshCode },
      device_code: { class: 'request', remedy: restartSignIn },
    },
  },
  invalid_instance: { class: 'request', remedy: fixAuthority },
  invalid_request: { class: 'request', remedy: fixRequest },
  invalid_resource: { class: 'request', remedy: fixResource },
  invalid_scope: { class: 'request', remedy: fixScope },
  invalid_target: { class: 'request', remedy: fixResource },
  invalid_tenant: { class: 'request', remedy: fixTenant },
  login_required: { class: 'reauthorize', remedy: signInAgain },
  request_timeout: { class: 'transient', remedy: waitForProvider },
  server_error: { class: 'transient', remedy: waitForProvider },
  slow_down: { class: 'throttled', remedy: slowDown },
  temporarily_unavailable: { class: 'transient', remedy: waitForProvider },
  unauthorized_client: { class: 'client', remedy: allowGrant },
  unmet_authentication_requirements: { class: 'policy', remedy: satisfyMfa },
  unsupported_grant_type: { class: 'request', remedy: fixGrantType },
  unsupported_response_type: { class: 'request', remedy: fixRequest },
  use_dpop_nonce: { class: 'client', remedy: noDpop },
  user_password_expired: { class: 'account', remedy: changePassword },
}

/** Entra's `suberror` values, as its own libraries read them. */
export const suberrors: Readonly<Record<string, Ruling>> = {
  additional_action: { class: 'policy', remedy: findPolicy },
  bad_token: { class: 'reauthorize', remedy: signInAgain },
  basic_action: { class: 'policy', remedy: satisfyMfa },
  client_mismatch: { class: 'reauthorize', remedy: useSameClient },
  consent_required: { class: 'client', remedy: grantConsent },
  device_authentication_failed: { class: 'policy', remedy: relaxDevicePolicy },
  message_only: { class: 'policy', remedy: findPolicy },
  protection_policy_required: { class: 'policy', remedy: relaxAppPolicy },
  token_expired: { class: 'reauthorize', remedy: signInAgain },
  user_password_expired: { class: 'account', remedy: changePassword },
}

const checkWay =
  'Wait for the next automatic attempt, and check the way from the function to the token endpoint if it lasts.'
const checkHost = 'Check the host name of the token endpoint and the name resolution where the function runs.'
const checkListener = 'Check host and port of the token endpoint, and the firewall on the way to it.'
const slowProvider =
  'Wait for the next automatic attempt, and look at the status page of the identity provider if it lasts.'
const badCertificate =
  'Look for a proxy that intercepts TLS on the way to the token endpoint, or have the certificate of the endpoint renewed.'
const badTls = 'Check that the token endpoint and any proxy on the way to it speak TLS 1.2 or newer.'
const badHttp = 'Check that the token endpoint speaks HTTP, and look for a proxy that damages its answers.'
const freeFiles = 'Lower the concurrency of the function, since it ran out of sockets.'

const network = (remedy: string): Ruling => ({ class: 'transient', remedy })

/** No answer, by error code of Node.js and undici. The provider said nothing, so nothing is known of the token. */
export const transports: Readonly<Record<string, Ruling>> = {
  timeout: network(slowProvider),
  CERT_CHAIN_TOO_LONG: network(badCertificate),
  CERT_HAS_EXPIRED: network(badCertificate),
  CERT_NOT_YET_VALID: network(badCertificate),
  CERT_REJECTED: network(badCertificate),
  CERT_REVOKED: network(badCertificate),
  CERT_SIGNATURE_FAILURE: network(badCertificate),
  CERT_UNTRUSTED: network(badCertificate),
  DEPTH_ZERO_SELF_SIGNED_CERT: network(badCertificate),
  EADDRNOTAVAIL: network(freeFiles),
  EAI_AGAIN: network(checkHost),
  EAI_FAIL: network(checkHost),
  EAI_NODATA: network(checkHost),
  ECONNABORTED: network(checkWay),
  ECONNREFUSED: network(checkListener),
  ECONNRESET: network(checkWay),
  EHOSTUNREACH: network(checkListener),
  EMFILE: network(freeFiles),
  ENETDOWN: network(checkWay),
  ENETUNREACH: network(checkListener),
  ENOTFOUND: network(checkHost),
  EPIPE: network(checkWay),
  EPROTO: network(badTls),
  ERR_SSL_WRONG_VERSION_NUMBER: network(badTls),
  ERR_TLS_CERT_ALTNAME_INVALID: network(badCertificate),
  ERR_TLS_HANDSHAKE_TIMEOUT: network(slowProvider),
  ETIMEDOUT: network(slowProvider),
  HOSTNAME_MISMATCH: network(badCertificate),
  SELF_SIGNED_CERT_IN_CHAIN: network(badCertificate),
  UNABLE_TO_GET_ISSUER_CERT: network(badCertificate),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: network(badCertificate),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: network(badCertificate),
  UND_ERR_ABORTED: network(slowProvider),
  UND_ERR_BODY_TIMEOUT: network(slowProvider),
  UND_ERR_CLOSED: network(checkWay),
  UND_ERR_CONNECT_TIMEOUT: network(checkListener),
  UND_ERR_DESTROYED: network(checkWay),
  UND_ERR_HEADERS_OVERFLOW: network(badHttp),
  UND_ERR_HEADERS_TIMEOUT: network(slowProvider),
  UND_ERR_PRX_TLS: network(badTls),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: network(badHttp),
  UND_ERR_SOCKET: network(checkWay),
}

/** Families of transport codes, where no row knows the code itself. */
export const transportFamilies: readonly (readonly [prefix: string, ruling: Ruling])[] = [
  ['ERR_SSL_', network(badTls)],
  ['ERR_TLS_', network(badTls)],
  ['HPE_', network(badHttp)],
]

/** What no table knows, or what an HTTP status alone says. */
export const fallbacks = {
  unknownError: {
    class: 'transient',
    remedy: 'Look this error up in the documentation of the identity provider and act on what it says.',
  },
  unknownAnswer: {
    class: 'transient',
    remedy: 'Check that the URL of the token endpoint is right and that no proxy on the way answers in its place.',
  },
  unknownTransport: { class: 'transient', remedy: checkWay },
  providerDown: { class: 'transient', remedy: slowProvider },
  tooManyRequests: { class: 'throttled', remedy: slowDown },
} as const satisfies Record<string, Ruling>

/** Failures in words of our own: nobody else gave them a name. */
export const ownFailures = {
  /** The answer was larger than any token answer can be. */
  answer_too_large: { ...fallbacks.unknownAnswer, unknown: true },
  /** A 200 that cannot be used: no JSON, no access token, another token type. */
  unusable_answer: { ...fallbacks.unknownAnswer, unknown: true },
  redirected: {
    class: 'request',
    remedy:
      'Store the final URL of the token endpoint, since redirects are not followed with credentials in the request.',
  },
  no_refresh_token: {
    class: 'request',
    remedy:
      'Add offline_access, or what this provider asks for instead, to the scope so that a refresh token is issued.',
  },
  lifetime_too_short: {
    class: 'request',
    remedy: 'Set "mode" to "keep-alive" in the login, or have the provider issue access tokens that live longer.',
  },
  connection_name_not_valid: {
    class: 'request',
    remedy: 'Choose a name of at most 63 lower-case letters, digits and hyphens that does not begin with a hyphen.',
  },
  connection_not_found: {
    class: 'request',
    remedy: 'Correct the name of the connection, or store a login secret for it and invoke the bootstrap function.',
  },
  login_not_found: {
    class: 'request',
    remedy: 'Store the login secret under the name of the connection before invoking the bootstrap function.',
  },
  login_not_valid: {
    class: 'request',
    remedy: 'Correct the fields of the login secret that the message names, and store it again.',
  },
  login_already_tried: {
    class: 'request',
    remedy:
      'Store the login secret again with credentials that were checked, since each is sent to the provider only once.',
  },
  token_endpoint_not_valid: {
    class: 'request',
    remedy: 'Store a token endpoint that begins with https:// and names a tenant of your own.',
  },
  grant_not_decodable: {
    class: 'request',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the secret of this connection, or sign in again.',
  },
  client_not_known: {
    class: 'client',
    remedy: 'Store client id, client secret and token endpoint of the app registration in a new login secret.',
  },
  client_not_decodable: {
    class: 'client',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the secret of this client, or correct its JSON.',
  },
  secret_too_large: {
    class: 'request',
    remedy: 'Ask for fewer permissions so that the tokens become smaller, since a secret holds at most 65536 bytes.',
  },
  superseded: {
    class: 'transient',
    remedy: 'Leave it, since another run has stored newer tokens for the same connection at the same time.',
  },
  out_of_time: {
    class: 'transient',
    remedy: 'Wait for the next run, and spread the connections over more schedules if this happens often.',
  },
} as const satisfies Record<string, Ruling & { readonly unknown?: true }>

export type OwnCode = keyof typeof ownFailures

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
const unknownStore = 'Look this error up in the reference of AWS Secrets Manager and act on what it says.'

/** Remedies by error name of Secrets Manager, KMS, IAM and the AWS SDK. All are of class `store`. */
export const storeRemedies: Readonly<Record<string, string>> = {
  AbortError: waitForAws,
  AccessDenied: allowAccess,
  AccessDeniedException: allowAccess,
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
  Throttling: lowerRate,
  ThrottlingException: lowerRate,
  TimeoutError: waitForAws,
  TooManyRequestsException: lowerRate,
  UnrecognizedClientException: repairCredentials,
  ValidationException: reportBug,
}

/** Only what looks like a name may become a code: everything else that comes from outside may hold a user's name. */
export const isCode = (text: string): boolean => /^[a-z0-9_.:-]{1,64}$/i.test(text)

/** A row of a table by a key that comes from outside, where `constructor` is a key like any other. */
export const rowOf = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

export const ownFailure = (code: OwnCode): Failure => ({ code, ...ownFailures[code] })

/** The remedy of a failure of which only class and code are known, as tags hold them. */
export const remedyOf = (failureClass: FailureClass, code: string): string => {
  const aadstsCode = /^AADSTS(\d+)$/.exec(code)?.[1]
  const known = aadstsCode === undefined ? undefined : rowOf(aadsts, aadstsCode)
  const error = rowOf(errors, code)
  const candidates: readonly (Ruling | undefined)[] = [
    known,
    known?.invalidGrantOnRefresh,
    rowOf<Ruling>(ownFailures, code),
    error,
    ...Object.values(error?.byGrant ?? {}),
    rowOf(transports, code),
    // An `error` that a suberror has refined keeps its code.
    ...(error === undefined ? [] : Object.values(suberrors)),
  ]
  const row = candidates.find((candidate) => candidate?.class === failureClass)
  return row?.remedy ?? `Look up "${failureClass}" in the runbook.`
}

/** @param name `name` of an AWS SDK error, or the code of the network error beneath it */
export const storeFailure = (name: string): Failure => {
  const known = rowOf(storeRemedies, name) ?? (rowOf(transports, name) === undefined ? undefined : checkWayToAws)
  if (known !== undefined) return { class: 'store', code: name, remedy: known }
  return { class: 'store', code: isCode(name) ? name : 'store_error', remedy: unknownStore, unknown: true }
}
