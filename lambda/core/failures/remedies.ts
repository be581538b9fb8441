// What to do about a failure that a provider's answer names, by who acts.

// Nobody has to act: transient and throttled.
export const wait =
  'Wait for the next automatic attempt, and open a ticket with Microsoft if it still fails after some hours.'
export const ticket = 'Open a ticket with Microsoft, quoting the correlation id, while the automatic attempts go on.'
export const waitForProvider =
  'Wait for the next automatic attempt, and ask the identity provider if it still fails after some hours.'
export const slowDown = 'Wait until the provider accepts requests again, and find out what else uses this client id.'
export const asAskedByProvider =
  'Nothing to do; the provider asked to wait before it is asked again, and the refresher does so by itself.'
export const stopLoop =
  'Wait some minutes and find out what else repeats the same token request; the refresh token is still good.'
export const waitForCalls = 'Wait some minutes before the next sign-in with a call or text message.'
export const keepPolling = 'Complete the sign-in in the browser with the code that was shown.'
export const afterEarlyRefresh =
  'Nothing to do; this provider refreshes a token only at its end, and the refresher asks again by itself.'
export const checkAgents =
  'Check the pass-through authentication agents, their clocks and their way to the domain controllers, then try again.'

// Whoever owns the mailbox: reauthorize.
export const signInAgain =
  'Sign in again for this account: store a new login secret with its credentials and invoke the bootstrap function.'
export const signInWithCurrentPassword =
  'Sign in again with the current password of the account: store a new login secret and invoke the bootstrap function.'
export const restartSignIn = 'Start the sign-in again from the beginning and complete it before its code expires.'
export const fixCorruptToken =
  'Restore the previous version of the stored refresh token if it was edited by hand, or else sign in again.'
export const useWebRedirect =
  'Register a redirect URI of the platform Web in place of Single-page application, then sign in again through it.'
export const relaxSignInFrequency =
  'Sign in again, and exclude this account from the Conditional Access policy that sets a sign-in frequency.'
export const avoidDeviceCode =
  'Sign in again with an authorization code instead of a device code, which a policy of the tenant forbids.'
export const useSameClient = 'Sign in again with the app registration whose client id is stored for this account.'

// The tenant's administrator: policy.
export const findPolicy =
  'Find the blocking policy in the Entra sign-in log by the correlation id, and exclude this account from it.'
export const satisfyMfa =
  'Sign in interactively with multifactor authentication, or exclude this account from the policy that demands it.'
export const registerMfa =
  'Register security information for this account interactively, or exclude it from the policy that demands this.'
export const registerMfaAfterRisk =
  'Dismiss or remediate the risk of this account in Entra ID Protection, then register its security information.'
export const relaxDevicePolicy =
  'Exclude this account from the Conditional Access policy that demands a managed, compliant or joined device.'
export const relaxAppPolicy =
  'Exclude this account or app from the Conditional Access policy that demands an approved client app.'
export const satisfyChallenge =
  'Sign in interactively and complete the terms of use or external challenge, or exclude this account from it.'
export const replaceSecurityDefaults =
  'Replace security defaults by Conditional Access with an exclusion for this account, or sign in interactively.'
export const allowGrantInPolicy =
  'Ask the administrator of the identity provider which policy refuses this account or app.'

// The account's owner: account.
export const stopAndUnblock =
  'Stop every attempt for 30 minutes or unblock the account, and check the sign-in log for a blocked IP address.'
export const changePassword =
  'Change the password of the account, store it in a new login secret and invoke the bootstrap function.'
export const correctPassword =
  'Correct user name and password in a new login secret before the next attempt, for repeated failures lock the account.'
export const giveCloudPassword = 'Give the account a password in the cloud directory, or sign in interactively instead.'
export const registerPasswordReset =
  'Sign in interactively as this account and complete the password reset registration.'
export const changePasswordAfterRisk =
  'Change the password of the account and dismiss its risk in Entra ID Protection, then sign in again.'
export const resetDomainPassword =
  'Reset the password in the on-premises Active Directory, wait for its synchronization, and store it in a new login.'
export const widenLogonHours = 'Allow the account to log on at all hours in the on-premises Active Directory.'
export const enableAccount =
  'Enable the account in the directory, then sign in again if its tokens were revoked meanwhile.'
export const restoreAccount =
  'Correct the user name or the tenant in a new login secret, or restore the account, then sign in again.'
export const useHomeTenant =
  'Name the home tenant of the account in a new login secret, or use a member account of this tenant.'
export const acceptInvitation = 'Accept the pending guest invitation, or use a member account of the tenant.'
export const remediateRisk =
  'Remediate the risk of this user in Entra ID Protection of the home tenant, then sign in again.'

// Whoever owns the app registration: client.
export const renewSecret =
  'Create a new client secret in the app registration and store it; the refresh token survives.'
export const correctSecret =
  'Store the value of a valid client secret, not its id, as shown once when it was created in the app registration.'
export const sendCredential =
  'Store a client secret for this app registration, or allow public client flows in its authentication settings.'
export const dropCredential =
  'Remove the client secret from this client, or register the app with a Web platform so that it may have one.'
export const checkClient = 'Check client id, client secret and authentication method against the app registration.'
export const correctClientId = 'Correct the client id or the tenant, or have the app consented into this tenant.'
export const enableApp = 'Enable the app registration and its enterprise application, or register the app anew.'
export const enableAppForSignIn = 'Set "Enabled for users to sign-in" to yes on the enterprise application.'
export const enableResource =
  'Enable the enterprise application of the API that the scope names, and check its subscription.'
export const assignUser = 'Assign this user, or a group that contains it, to the enterprise application.'
export const grantConsent = 'Grant admin consent in the app registration for the requested permissions.'
export const repeatConsent =
  'Sign in again and accept the requested permissions, or have an administrator consent for all.'
export const fixPermissions = 'Correct the API permissions of the app registration and grant consent for them.'
export const fixCertificate =
  'Upload the signing certificate to the app registration and check the subject it is sent with.'
export const fixAssertion = 'Create a new client assertion with the claims that Entra asks for, and check the clock.'
export const matchFederation =
  'Make issuer, subject and audience of the federated credential equal to the token, case included, and wait some minutes.'
export const addFederation = 'Add a federated credential to the app registration and wait some minutes.'
export const useOutsideIssuer =
  'Present a token of the identity provider that the federated credential names, not one of Entra.'
export const allowIssuer = 'Ask the tenant administrator to allow this issuer for federated credentials.'
export const contactAdmin = 'Ask the tenant administrator why the app cannot be accessed at this time.'
export const allowGrant = 'Allow this grant type for the app registration at the identity provider.'

// Whoever configured the connection: request.
export const fixResource = 'Correct the API that the scope names, or add its enterprise application to the tenant.'
export const fixScope = 'Correct the scope to permissions that the API knows, with offline_access beside them.'
export const oneResource = 'Ask in the scope for the permissions of exactly one API.'
export const useScope = 'Name the API in the scope, and send no resource parameter.'
export const fixTenant = 'Correct the tenant in the token endpoint: use the tenant id or a domain of the right cloud.'
export const nameTenant = 'Put the tenant id into the token endpoint, and give the user name in full, as user@domain.'
export const fixDomain = 'Use a full user name with a verified domain of the tenant, and check its federation settings.'
export const useTenantId = 'Put the tenant id into the token endpoint, or make the app registration multitenant.'
export const notCommon =
  'Use the tenant id or "organizations" in the token endpoint, for "common" and "consumers" refuse this.'
export const homeTenantOnly = 'Use the tenant that owns the app registration, or widen its supported account types.'
export const fixCloud =
  'Use the token endpoint of the national cloud that the tenant is in, and register the app there.'
export const fixAuthority = 'Correct the host name of the token endpoint.'
export const allowTenant =
  'Allow this tenant in the tenant restrictions of the proxy or policy that the request passes.'
export const fixRequest =
  'Compare client id, scope and grant type of the request with the documentation of the endpoint.'
export const completeRequest =
  'Add the missing field to the stored login or client: client id, scope, user name or password.'
export const fixGrantType = 'Use a grant type that the token endpoint supports.'
export const ownApp = 'Use an app registration of your own instead of the client id of a Microsoft app.'
export const freshCode = 'Start the sign-in again and use its authorization code once, within a minute.'
export const fixRedirect = 'Register the redirect URI of the sign-in, letter by letter, in the app registration.'
export const sameTenant = 'Use the same tenant for the sign-in and for the token endpoint.'
export const usePost = 'Correct the token endpoint: this URL was not reached with a POST request.'
export const modernTls = 'Use TLS 1.2 or newer, and look for a proxy on the way that speaks an older version.'
export const enterCode = 'Start the sign-in again and enter the new code exactly as shown.'
export const noDpop =
  'Turn off proof of possession (DPoP) for this app registration, since plain bearer tokens are used.'

// Whoever can read the provider's documentation: refused.
export const askDocumentation =
  'Look this code up in the documentation of the identity provider, correct what it names, or else sign in again.'
export const checkUrl =
  'Check that the URL of the token endpoint is right and that no proxy on the way answers in its place.'
export const useAnotherDevice =
  'Sign in again in a browser of a device that the tenant knows, or enable the device that was used before.'
export const confirmSignIn = 'Sign in again in a browser and confirm the app on the page that Microsoft shows.'
export const useGuidScope = 'Name the app in the scope by its client id, a GUID, in place of its api:// address.'
export const repeatRedirect = 'Start the sign-in again, and send its redirect URI with the code as well.'
export const configureSigningKey =
  'Give the enterprise application a valid signing key of its own, or set acceptMappedClaims in the app registration.'
export const allowCrossTenant = 'Allow this account in the cross-tenant access settings of both tenants.'
export const relaxTokenProtection =
  'Exclude this account from the Conditional Access policy that demands token protection.'
export const restoreTenant =
  'Check whether the tenant still exists, and have its administrator ask Microsoft why it is not available.'
export const reactivateTenant =
  'Have an administrator of the tenant ask Microsoft to reactivate it, which is possible for 20 days only.'
export const widenAccountTypes = 'Widen the supported account types of the app registration to work or school accounts.'
