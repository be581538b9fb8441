// Adds a version to a secret, and removes old ones.

import { limitExceeded, tokenInUse } from './errors.ts'
import { labelNewVersion, type Versions } from './labels.ts'
import { current, type Secret, type SecretValue, sameValue, type Version } from './model.ts'

// The service documents about 100 versions of a secret: above that it removes those without a label, but none that is
// younger than a day, and refuses more. The exact figure at which it refuses is not documented; this is the documented one.
const maximumVersions = 100
const youngMilliseconds = 86_400_000

export interface NewVersion {
  readonly id: string
  readonly value: SecretValue
  /** @default AWSCURRENT */
  readonly labels?: readonly string[] | undefined
  readonly now: number
}

export interface Added {
  readonly secret: Secret
  readonly version: Version
}

/** The existing version with this id, which must hold the same value. */
export const existingVersion = (secret: Secret, id: string, value: SecretValue): Version | undefined => {
  const version = secret.versions.get(id)
  if (version && !sameValue(version, value)) throw tokenInUse(id, secret.arn)
  return version
}

export const addVersion = (secret: Secret, { id, value, labels = [current], now }: NewVersion): Added => {
  const versions: Versions = new Map(secret.versions)
  versions.set(id, {
    id,
    string: value.string,
    binary: value.binary,
    labels: [],
    kmsKeyId: secret.kmsKeyId,
    createdAt: now,
    accessedAt: undefined,
  })
  const first = secret.versions.size === 0
  labelNewVersion(
    secret,
    versions,
    id,
    first && !labels.includes(current) ? [...labels, current] : [...new Set(labels)],
  )
  forget(versions, now)
  const version = versions.get(id)
  if (!version) throw new Error(`version ${id} was lost while it was added`)
  return { secret: { ...secret, versions, changedAt: now }, version }
}

const forget = (versions: Versions, now: number): void => {
  for (const version of versions.values()) {
    if (versions.size <= maximumVersions) return
    if (version.labels.length === 0 && now - version.createdAt > youngMilliseconds) versions.delete(version.id)
  }
  if (versions.size > maximumVersions) {
    throw limitExceeded(
      'The secret has too many versions that are less than 24 hours old. Secrets Manager cannot create another one.',
    )
  }
}
