// The data of a secret: immutable values, so that a snapshot needs no copy.

export const current = 'AWSCURRENT'
export const previous = 'AWSPREVIOUS'
export const pending = 'AWSPENDING'

/** Either text or bytes, the bytes as base64. */
export interface SecretValue {
  readonly string: string | undefined
  readonly binary: string | undefined
}

export interface Version extends SecretValue {
  readonly id: string
  /** Staging labels in the order in which they were attached. None: the version is deprecated. */
  readonly labels: readonly string[]
  readonly kmsKeyId: string | undefined
  /** All times are milliseconds since 1970. */
  readonly createdAt: number
  /** Midnight UTC of the last day on which the version was read. */
  readonly accessedAt: number | undefined
}

export interface Secret {
  /** Counts up with every secret created: the order of creation. */
  readonly sequence: number
  readonly name: string
  readonly arn: string
  readonly description: string | undefined
  /** Undefined: the account's own key, aws/secretsmanager. */
  readonly kmsKeyId: string | undefined
  /** Undefined before the first tag; empty after the last tag was removed. */
  readonly tags: ReadonlyMap<string, string> | undefined
  readonly policy: string | undefined
  readonly createdAt: number
  readonly changedAt: number
  readonly accessedAt: number | undefined
  /** Regions that this secret is copied to. A secret with none has no such member. */
  readonly replicaRegions?: readonly string[] | undefined
  /** For a secret with copies, and for each copy: the Region where it can be changed. */
  readonly primaryRegion?: string | undefined
  /** The deletion date, if the secret is scheduled for deletion. */
  readonly deletionAt: number | undefined
  /** By version id, oldest first. */
  readonly versions: ReadonlyMap<string, Version>
}

export const labelled = (secret: Secret, label: string): Version | undefined => {
  for (const version of secret.versions.values()) if (version.labels.includes(label)) return version
  return undefined
}

export const sameValue = (one: SecretValue, other: SecretValue): boolean =>
  one.string === other.string && one.binary === other.binary

const day = 86_400_000

/** The secret after one of its versions was read. The service keeps the day only. */
export const accessed = (secret: Secret, version: Version, now: number): Secret => {
  const accessedAt = now - (now % day)
  if (secret.accessedAt === accessedAt && version.accessedAt === accessedAt) return secret
  const versions = new Map(secret.versions).set(version.id, { ...version, accessedAt })
  return { ...secret, accessedAt, versions }
}
