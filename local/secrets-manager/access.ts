// Who requests what: the input of an authorization by IAM policies.

import type { Secret } from './model.ts'
import type { Place } from './names.ts'
import type { Tags } from './tags.ts'

export interface Principal {
  /** From the Authorization header of the request; `anonymous` when it has none. */
  readonly accessKeyId: string
}

/** Condition keys and their values in a request. */
export type Context = Readonly<Record<string, string | readonly string[]>>

export interface AccessRequest {
  readonly principal: Principal
  /** `secretsmanager:GetSecretValue`, `kms:Decrypt`, … */
  readonly action: string
  /** An ARN; `*` for operations that have no resource; for kms the key as the secret names it. */
  readonly resource: string
  readonly context: Context
}

/** Undefined: allowed. Otherwise the message of the AccessDeniedException. */
export type Authorize = (request: AccessRequest) => string | undefined

export const principalOf = (authorization: string | undefined): Principal => ({
  accessKeyId: /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1] ?? 'anonymous',
})

/** The Region that a request was signed for; undefined when it is not signed for one. */
export const regionOf = (authorization: string | undefined): string | undefined =>
  /Credential=[^/,\s]+\/\d{8}\/([a-z]{2}(?:-[a-z]+)+-\d)\//.exec(authorization ?? '')?.[1]

export const secretContext = (secret: Secret): Context => ({
  'secretsmanager:SecretId': secret.arn,
  ...prefixed('secretsmanager:ResourceTag/', secret.tags),
  ...prefixed('aws:ResourceTag/', secret.tags),
})

export const requestTagContext = (tags: Tags | undefined): Context =>
  tags ? { ...prefixed('aws:RequestTag/', tags), 'aws:TagKeys': [...tags.keys()] } : {}

/** Version id of the probe, with which a caller proves that it may use the chosen key. */
export const keyProbe = 'RequestToValidateKeyAccess'

export const keyContext = ({ region, accountId }: Place, arn: string, versionId: string): Context => ({
  'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
  'kms:CallerAccount': accountId,
  'kms:EncryptionContext:SecretARN': arn,
  'kms:EncryptionContext:SecretVersionId': versionId,
})

/** Leaves out keys that the request does not have. */
export const present = (context: Readonly<Record<string, string | undefined>>): Context =>
  Object.fromEntries(Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== undefined))

const prefixed = (prefix: string, tags: Tags | undefined): Context =>
  Object.fromEntries([...(tags ?? [])].map(([key, value]) => [prefix + key, value]))
