// CreateSecret, UpdateSecret and DescribeSecret.

import { type Context, present, requestTagContext } from '../access.ts'
import type { Call, Operation } from '../call.ts'
import { alreadyExists, invalidRequest } from '../errors.ts'
import type { Input } from '../input.ts'
import { current, pending, previous, type Secret, type SecretValue } from '../model.ts'
import { newArn, readNewName } from '../names.ts'
import { replicationStatus } from '../replicas.ts'
import { readTags, type Tags } from '../tags.ts'
import { readOptionalToken, readToken, readValue } from '../values.ts'
import { addVersion, existingVersion } from '../versions.ts'
import { identity, labelsByVersion, metadata } from '../wire.ts'
import { readReplicaRegions, replicaContext, withReplicas } from './replication.ts'

interface Creation {
  readonly name: string
  readonly description: string | undefined
  readonly kmsKeyId: string | undefined
  readonly tags: Tags | undefined
  readonly replicaRegions: readonly string[] | undefined
}

export const createSecret: Operation = (call) => {
  const { input } = call
  const value = readValue(input)
  const token = value ? readToken(input) : readOptionalToken(input)
  const creation: Creation = {
    name: readNewName(input),
    description: readDescription(input),
    kmsKeyId: readKey(input),
    tags: readTags(input),
    replicaRegions: readReplicaRegions(call),
  }
  const existing = call.catalogue.named(creation.name)
  const arn = existing?.arn ?? newArn(call.account.place, creation.name, call.account.random)
  authorizeCreation(call, arn, creation)
  if (existing) return recreate(existing, token, value)
  const empty = emptySecret(call, arn, creation)
  if (!value || token === undefined) {
    call.catalogue.put(empty)
    return identity(empty)
  }
  call.encrypt(arn, creation.kmsKeyId)
  const { secret } = addVersion(empty, { id: token, value, now: call.now })
  call.catalogue.put(secret)
  return { ...identity(secret), VersionId: token }
}

/** A repeated request returns the secret that its first attempt created. */
const recreate = (secret: Secret, token: string | undefined, value: SecretValue | undefined): object => {
  if (secret.deletionAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  if (value && token !== undefined && existingVersion(secret, token, value)) {
    return { ...identity(secret), VersionId: token }
  }
  throw alreadyExists(`The operation failed because the secret ${secret.name} already exists.`)
}

const authorizeCreation = (call: Call, arn: string, creation: Creation): void => {
  const { name, description, kmsKeyId, tags, replicaRegions } = creation
  const context: Context = {
    ...present({
      'secretsmanager:Name': name,
      'secretsmanager:Description': description,
      'secretsmanager:KmsKeyId': kmsKeyId,
      'secretsmanager:KmsKeyArn': kmsKeyId,
    }),
    ...requestTagContext(tags),
    ...(replicaRegions && replicaContext(replicaRegions)),
  }
  call.authorize('secretsmanager:CreateSecret', arn, context)
  if (tags && tags.size > 0) call.authorize('secretsmanager:TagResource', arn, context)
  if (replicaRegions) call.authorize('secretsmanager:ReplicateSecretToRegions', arn, context)
}

const emptySecret = (call: Call, arn: string, creation: Creation): Secret => {
  const { name, description, kmsKeyId, tags, replicaRegions } = creation
  const secret: Secret = {
    sequence: call.catalogue.nextSequence(),
    name,
    arn,
    description,
    kmsKeyId,
    tags: tags && tags.size > 0 ? tags : undefined,
    policy: undefined,
    createdAt: call.now,
    changedAt: call.now,
    accessedAt: undefined,
    deletionAt: undefined,
    versions: new Map(),
  }
  return replicaRegions === undefined ? secret : withReplicas(call, secret, replicaRegions)
}

export const updateSecret: Operation = (call) => {
  const { input } = call
  const value = readValue(input)
  const token = value ? readToken(input) : readOptionalToken(input)
  const description = readDescription(input)
  const kmsKeyId = readKey(input)
  const context = present({
    'secretsmanager:Description': description,
    'secretsmanager:KmsKeyId': input.has('KmsKeyId') ? (kmsKeyId ?? '') : undefined,
  })
  const secret = call.liveSecret(context)
  if (value && token !== undefined) existingVersion(secret, token, value)
  const described = input.has('Description') ? { ...secret, description, changedAt: call.now } : secret
  const updated = input.has('KmsKeyId') ? withKey(call, described, kmsKeyId) : described
  if (!value || token === undefined) {
    call.catalogue.put(updated)
    return identity(updated)
  }
  call.encrypt(secret.arn, updated.kmsKeyId, token)
  const changed = updated.versions.has(token)
    ? updated
    : addVersion(updated, { id: token, value, now: call.now }).secret
  call.catalogue.put(changed)
  return { ...identity(changed), VersionId: token }
}

/** A change of the key encrypts the versions in use again, with the new key. */
const withKey = (call: Call, secret: Secret, kmsKeyId: string | undefined): Secret => {
  call.encrypt(secret.arn, kmsKeyId)
  const used = [current, pending, previous]
  const versions = new Map(secret.versions)
  for (const version of secret.versions.values()) {
    if (!version.labels.some((label) => used.includes(label))) continue
    call.decrypt(secret.arn, version.kmsKeyId, version.id)
    versions.set(version.id, { ...version, kmsKeyId })
  }
  return { ...secret, kmsKeyId, versions, changedAt: call.now }
}

export const describeSecret: Operation = (call) => {
  const secret = call.secret()
  return {
    ...metadata(secret),
    VersionIdsToStages: labelsByVersion(secret),
    ReplicationStatus: replicationStatus(secret, call.account.catalogueOf),
  }
}

/** An empty description counts as no description. */
const readDescription = (input: Input): string | undefined =>
  input.string('Description', { maximum: 2048 }) || undefined

/** The account's own key, given by name or as an empty string, counts as no key. */
const readKey = (input: Input): string | undefined => {
  const key = input.string('KmsKeyId', { maximum: 2048 }) || undefined
  return key?.endsWith('alias/aws/secretsmanager') ? undefined : key
}
