// Stands in for @aws-sdk/credential-provider-node in the bundles. Lambda hands the role's credentials over in the
// environment; the SDK's other sources (profiles, SSO, instance metadata) would be 95 KB of unused code.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'
