// What to do about a failure in a provider's answer, grouped by the person who acts. `<connection>` and `<client id>` are
// replaced when a remedy is printed, but a remedy is clear without that too.

// No person: transient and throttled. These begin with "Nothing to do;".
export const wait =
  'Nothing to do; the refresher tries again by itself, and if this lasts for hours, open a ticket with Microsoft.'
export const ticket =
  'Nothing to do here; open a ticket with Microsoft and quote the correlation id, while the refresher tries again by itself.'
export const waitForProvider =
  'Nothing to do; the refresher tries again by itself, and if this lasts for hours, ask the identity provider.'
export const slowDown =
  'Nothing to do; the refresher waits until the provider accepts requests again, but find out what else uses client <client id>.'
export const asAskedByProvider =
  'Nothing to do; the provider refused and asked to be asked again later, and the refresher does so by itself.'
/** @param target host and path, without a query */
export const useNewEndpoint = (target: string): string =>
  `Find out whether the token endpoint has moved to ${target}; if so, run token-refresher bootstrap <connection> with that endpoint, since redirects are not followed with credentials in the request.`
export const afterEarlyRefresh =
  'Nothing to do; this provider does not refresh an access token before its end, and the refresher tries again by itself.'
export const stopLoop =
  'Nothing to do; the refresh token is still good, but find out what else repeats the token requests of this account.'
export const waitForCalls = 'Wait some minutes before the next sign-in with a call or text message.'
export const keepPolling = 'Complete the sign-in in the browser with the code that was shown.'
export const checkAgents =
  'Check the pass-through authentication agents, their clocks and their way to the domain controllers, then try again.'

// The owner of the account signs in: reauthorize.
export const signInAgain = 'Sign in again as the owner of the account: run token-refresher bootstrap <connection>.'
export const signInWithCurrentPassword =
  'Sign in again with the current password of the account: run token-refresher bootstrap <connection>.'
export const restartSignIn =
  'Run token-refresher bootstrap <connection> again and complete the sign-in before its code expires.'
export const fixCorruptToken =
  'Restore the previous version of the stored grant if it was edited by hand, or else run token-refresher bootstrap <connection>.'
export const useWebRedirect =
  'Register the redirect URI under the platform Web in place of Single-page application, then run token-refresher bootstrap <connection>.'
export const relaxSignInFrequency =
  'Run token-refresher bootstrap <connection>, and exclude the account from the policy that limits how long a sign-in lasts.'
export const avoidDeviceCode =
  'Run token-refresher bootstrap <connection> --browser, because a policy of the tenant forbids the device code that was used.'
export const useSameClient =
  'Run token-refresher bootstrap <connection> with the client id that is stored for this connection.'
export const useAnotherDevice =
  'Run token-refresher bootstrap <connection> --browser on a device that the tenant knows, or enable the device used before.'

// The administrator of the tenant, or the owner in a browser: policy.
export const findPolicy =
  'Find the blocking policy in the Entra sign-in log by the correlation id and exclude the account from it, or run token-refresher bootstrap <connection> --browser.'
export const satisfyMfa =
  'Run token-refresher bootstrap <connection> --browser and pass the second factor, or exclude the account from that policy.'
export const registerMfa =
  'Register security information for the account, then run token-refresher bootstrap <connection> --browser.'
export const registerMfaAfterRisk =
  'Dismiss the risk of the account in Entra ID Protection, register its security information, then run token-refresher bootstrap <connection> --browser.'
export const relaxDevicePolicy =
  'Exclude the account of <connection> from the Conditional Access policy that demands a managed, compliant or joined device.'
export const relaxAppPolicy =
  'Exclude the account of <connection> or the app from the Conditional Access policy that demands an approved or protected app.'
export const relaxTokenProtection =
  'Exclude the account of <connection> from the Conditional Access policy that demands token protection.'
export const satisfyChallenge =
  'Run token-refresher bootstrap <connection> --browser and complete the terms of use or the external challenge.'
export const confirmSignIn =
  'Run token-refresher bootstrap <connection> --browser and confirm the app on the page that Microsoft shows.'
export const replaceSecurityDefaults =
  'Run token-refresher bootstrap <connection> --browser, or replace security defaults by Conditional Access that excludes the account.'
export const allowGrantInPolicy =
  'Ask the administrator of the identity provider which policy refuses the account of <connection> or client <client id>.'
export const allowCrossTenant = 'Allow the account of <connection> in the cross-tenant access settings of both tenants.'
export const restoreTenant =
  'Check whether the tenant still exists, and have its administrator ask Microsoft why it is not available.'
export const reactivateTenant =
  'Have an administrator of the tenant ask Microsoft to reactivate it, which is possible for 20 days only.'

// The owner of the account: account.
export const stopAndUnblock =
  'Stop every sign-in for 30 minutes or unblock the account, and check the sign-in log for a blocked IP address.'
export const changePassword = 'Change the password of the account, then run token-refresher bootstrap <connection>.'
export const correctPassword =
  'Check user name and password, then run token-refresher bootstrap <connection>, because repeated failures lock the account.'
export const giveCloudPassword =
  'Run token-refresher bootstrap <connection> --browser, or give the account a password in the cloud directory.'
export const registerPasswordReset =
  'Sign in as this account in a browser, complete the password reset registration, then run token-refresher bootstrap <connection>.'
export const changePasswordAfterRisk =
  'Change the password of the account, dismiss its risk in Entra ID Protection, then run token-refresher bootstrap <connection>.'
export const resetDomainPassword =
  'Reset the password in the on-premises Active Directory, wait for its synchronization, then run token-refresher bootstrap <connection>.'
export const widenLogonHours = 'Allow the account to log on at all hours in the on-premises Active Directory.'
export const enableAccount =
  'Enable the account in the directory; if its sessions were revoked meanwhile, run token-refresher bootstrap <connection>.'
export const restoreAccount =
  'Restore the account, or correct its user name or tenant, then run token-refresher bootstrap <connection>.'
export const useHomeTenant =
  'Run token-refresher bootstrap <connection> with the home tenant of the account, or with a member account of this tenant.'
export const acceptInvitation = 'Accept the pending guest invitation, or use a member account of the tenant.'
export const remediateRisk =
  'Remediate the risk of this user in Entra ID Protection of the home tenant, then run token-refresher bootstrap <connection>.'
export const checkAccount =
  'Check the account in its directory, then run token-refresher bootstrap <connection> with its current password.'

// The owner of the app registration: client.
export const renewSecret =
  'Create a new client secret in the app registration and run token-refresher client set-secret <client id>; refresh tokens stay valid.'
export const correctSecret =
  'Run token-refresher client set-secret <client id> with the value of a valid client secret, not with its id.'
export const sendCredential =
  'Run token-refresher client set-secret <client id>, or allow public client flows in the app registration.'
export const dropCredential =
  'Register a redirect URI of the platform Web so that the app may have a client secret, or bootstrap it as a public client.'
export const checkClient =
  'Check client id and authentication method in the app registration, and run token-refresher client set-secret <client id>.'
export const correctClientId =
  'Correct the client id or the tenant, or have an administrator of the tenant consent to client <client id>.'
export const enableApp =
  'Enable app registration and enterprise application of client <client id>, or register the app anew.'
export const enableAppForSignIn =
  'Set "Enabled for users to sign-in" to yes on the enterprise application of client <client id> in this tenant.'
export const enableResource =
  'Enable the enterprise application of the API that the scope names, and check its subscription.'
export const assignUser =
  'Assign the user of <connection>, or a group that contains the user, to the enterprise application of client <client id>.'
export const grantConsent =
  'Have an administrator of the tenant grant admin consent for the permissions of client <client id>.'
export const repeatConsent =
  'Run token-refresher bootstrap <connection> --browser and accept the requested permissions, or have an administrator consent for all.'
export const fixPermissions =
  'Correct the API permissions in the app registration of client <client id> and grant consent for them.'
export const fixCertificate =
  'Upload the signing certificate to the app registration and check the subject it is sent with.'
export const fixAssertion =
  'Wait some minutes; if it lasts, remove the federated credentials and add them again as token-refresher client federate <client id> shows.'
export const matchFederation =
  'Run token-refresher client federate <client id>, which shows what the federated credentials have to name, letter for letter, and waits until Microsoft accepts them.'
export const addFederation =
  'Run token-refresher client federate <client id>, which shows the federated credentials to add, and waits until Microsoft accepts them.'
export const useOutsideIssuer =
  'Present a token of the identity provider that the federated credential names, not one of Entra.'
export const allowIssuer = 'Ask the tenant administrator to allow this issuer for federated credentials.'
export const contactAdmin = 'Ask the tenant administrator why client <client id> cannot be used at this time.'
export const configureSigningKey =
  'Give the enterprise application a valid signing key of its own, or set acceptMappedClaims in the app registration.'
export const allowGrant =
  'Allow this grant type at the identity provider, or run token-refresher client set-secret <client id> if its secret was changed.'

// The operator who configured the connection: request.
export const fixResource = 'Correct the API that the scope names, or add its enterprise application to the tenant.'
export const fixScope =
  'Run token-refresher bootstrap <connection> with a scope that the API knows, and with offline_access.'
export const oneResource = 'Run token-refresher bootstrap <connection> with a scope of exactly one API.'
export const useScope = 'Name the API in the scope, and send no resource parameter.'
export const useGuidScope =
  'Run token-refresher bootstrap <connection> with a scope that names the app by its client id in place of its api:// address.'
export const fixTenant = 'Correct the tenant in the token endpoint: use the tenant id or a domain of the right cloud.'
export const nameTenant = 'Put the tenant id into the token endpoint, and give the user name in full, as user@domain.'
export const fixDomain = 'Use a full user name with a verified domain of the tenant, and check its federation settings.'
export const useTenantId = 'Put the tenant id into the token endpoint, or make the app registration multitenant.'
export const notCommon =
  'Use the tenant id or "organizations" in the token endpoint, because "common" and "consumers" refuse this.'
export const homeTenantOnly = 'Use the tenant that owns the app registration, or widen its supported account types.'
export const widenAccountTypes = 'Widen the supported account types of the app registration to work or school accounts.'
export const fixCloud =
  'Use the token endpoint of the national cloud that the tenant is in, and register the app there.'
export const fixAuthority = 'Correct the host name of the token endpoint.'
export const allowTenant =
  'Allow this tenant in the tenant restrictions of the proxy or policy that the request passes.'
export const fixRequest =
  'Compare client id, scope and grant type of the request with the documentation of the token endpoint.'
export const signInAgainOrFixRequest =
  'Sign in again if nothing was changed: run token-refresher bootstrap <connection>, or else compare client id and scope with the documentation.'
export const completeRequest =
  'Run token-refresher bootstrap <connection> and give the missing field: client id, scope, user name or password.'
export const fixGrantType = 'Use a grant type that the token endpoint supports.'
export const ownApp = 'Use an app registration of your own instead of the client id of a Microsoft app.'
export const freshCode =
  'Run token-refresher bootstrap <connection> --browser again, because an authorization code is valid once, for a minute.'
export const fixRedirect = 'Register the redirect URI of the sign-in, letter by letter, in the app registration.'
export const repeatRedirect = 'Send the redirect URI of the sign-in with its authorization code as well.'
export const sameTenant = 'Use the same tenant for the sign-in and for the token endpoint.'
export const usePost = 'Correct the token endpoint: this URL was not reached with a POST request.'
export const modernTls = 'Use TLS 1.2 or newer, and look for a proxy on the way that uses an older version.'
export const enterCode = 'Run token-refresher bootstrap <connection> again and enter the new code exactly as shown.'
export const noDpop = 'Turn off proof of possession (DPoP) for client <client id>, since plain bearer tokens are used.'

// A person who can read the provider's documentation: refused.
export const askDocumentation =
  "Read what the provider's documentation says about this code; if it says nothing, run token-refresher bootstrap <connection>."
export const askEntra = (number: number | string): string =>
  `Read https://login.microsoftonline.com/error?code=${number}; if it does not help, run token-refresher bootstrap <connection> --browser.`
export const checkUrl =
  'Check that the URL of the token endpoint is right and that no proxy or firewall on the way answers in its place.'
