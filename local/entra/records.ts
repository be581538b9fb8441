// The records of the directory: tenants, clients, users. The same schema checks them before writing and after reading.

import * as v from 'valibot'

/** The restriction that a tenant's administrator has set on an app for the tenant's users; absent: none. */
const appState = v.picklist(['disabled', 'removed', 'resource-disabled', 'not-consented', 'assignment-required'])

const tenant = v.object({
  id: v.string(),
  domains: v.array(v.string()),
  /** Security defaults refuse every sign-in that cannot show a second factor. */
  securityDefaults: v.boolean(),
  /** A policy against the device code flow. While it is on, tokens that began with this flow are refused. */
  deviceCodeBlocked: v.boolean(),
  /** App management policy: what the tenant forbids its own apps. Absent: nothing. */
  clientSecretPolicy: v.optional(
    v.object({ id: v.string(), additionForbidden: v.boolean(), longestDays: v.optional(v.number()) }),
  ),
  /** By client id. */
  apps: v.optional(v.record(v.string(), appState)),
})

const clientSecret = v.object({
  keyId: v.string(),
  value: v.string(),
  expiresAt: v.number(),
  /** For some seconds not every server knows a new one. Absent: every server does. */
  acceptedFrom: v.optional(v.number()),
  madeAt: v.optional(v.number()),
  /** Graph lists it from this time on. Absent: always. */
  listedFrom: v.optional(v.number()),
  displayName: v.optional(v.string()),
})

/** Who may sign assertions in the app's name: an issuer, one of its subjects, one audience. */
const federatedCredential = v.object({
  issuer: v.string(),
  subject: v.string(),
  audience: v.string(),
  /** For some minutes not every server knows a new one. */
  acceptedFrom: v.number(),
})

const client = v.object({
  clientId: v.string(),
  tenantId: v.string(),
  multiTenant: v.boolean(),
  publicClient: v.boolean(),
  disabled: v.boolean(),
  redirectUris: v.array(v.string()),
  /** `null`: everything is consented. */
  consentedScopes: v.nullable(v.array(v.string())),
  secrets: v.array(clientSecret),
  /** Application permissions of Graph with an administrator's consent. Absent: none. */
  appRoles: v.optional(v.array(v.string())),
  /** Whether the app's service principal is an owner of its own registration. Absent: no. */
  ownsItself: v.optional(v.boolean()),
  /** Absent: none. */
  federatedCredentials: v.optional(v.array(federatedCredential)),
})

const user = v.object({
  id: v.string(),
  tenantId: v.string(),
  userName: v.string(),
  password: v.string(),
  mfa: v.boolean(),
  disabled: v.boolean(),
  locked: v.boolean(),
  passwordExpired: v.boolean(),
  blockedByPolicy: v.boolean(),
  wrongPasswords: v.number(),
  lockedUntil: v.number(),
  /** Grows when sessions are revoked. A counter and not a time, because a test clock may not advance. */
  sessionVersion: v.number(),
  passwordVersion: v.number(),
  tokensValidFrom: v.number(),
})

export const directoryState = v.object({
  schema: v.literal(1),
  /** Number of starts with this state, so that a seeded server does not repeat its random values. */
  starts: v.number(),
  key: v.string(),
  tenants: v.array(tenant),
  clients: v.array(client),
  users: v.array(user),
})

export type AppState = v.InferOutput<typeof appState>
export type Tenant = Readonly<v.InferOutput<typeof tenant>>
export type ClientSecret = Readonly<v.InferOutput<typeof clientSecret>>
export type FederatedCredential = Readonly<v.InferOutput<typeof federatedCredential>>
export type Client = Readonly<v.InferOutput<typeof client>>
export type User = Readonly<v.InferOutput<typeof user>>
export type DirectoryState = v.InferOutput<typeof directoryState>
