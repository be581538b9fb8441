// Stands in for @aws-sdk/credential-provider-node in the bundles. Lambda hands the role's credentials over in the
// environment; the other places that the SDK looks in (profiles, SSO, instance metadata) would be 95 KB never used.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'
