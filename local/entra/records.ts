// What the directory knows: tenants, clients, users. The same schema guards what is written to disk and read back.

import * as v from 'valibot'

/** What a tenant's administrator has done to an app that the tenant's users sign in to; absent: nothing. */
const appState = v.picklist(['disabled', 'removed', 'resource-disabled', 'not-consented', 'assignment-required'])

const tenant = v.object({
  id: v.string(),
  domains: v.array(v.string()),
  /** Security defaults refuse every sign-in that cannot show a second factor. */
  securityDefaults: v.boolean(),
  /** A policy against the device code flow: tokens that began with it are dead while it is on. */
  deviceCodeBlocked: v.boolean(),
  /** By client id. */
  apps: v.optional(v.record(v.string(), appState)),
})

const clientSecret = v.object({ keyId: v.string(), value: v.string(), expiresAt: v.number() })

/** Who may sign assertions in the app's name: an issuer, one of its subjects, one audience. */
const federatedCredential = v.object({
  issuer: v.string(),
  subject: v.string(),
  audience: v.string(),
  /** A new one takes minutes until it is known everywhere. */
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
  /** Grows when sessions are revoked. A counter, because a clock may stand still. */
  sessionVersion: v.number(),
  passwordVersion: v.number(),
  tokensValidFrom: v.number(),
})

export const directoryState = v.object({
  schema: v.literal(1),
  /** How often a server has started on this state: a seeded one must not repeat itself. */
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
