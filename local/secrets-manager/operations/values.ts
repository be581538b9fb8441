// GetSecretValue, BatchGetSecretValue and PutSecretValue.

import { present } from '../access.ts'
import type { Call, Operation } from '../call.ts'
import {
  invalidParameter,
  invalidRequest,
  labelNotFound,
  markedDeleted,
  ServiceError,
  versionNotFound,
} from '../errors.ts'
import { readFilters } from '../filters.ts'
import { accessed, current, labelled, type Secret, type Version } from '../model.ts'
import { arnWithoutSuffix, type Place, parseSecretId } from '../names.ts'
import { decodeToken, encodeToken } from '../page-token.ts'
import { readToken, readValue } from '../values.ts'
import { addVersion, existingVersion } from '../versions.ts'
import { identity, versionValue } from '../wire.ts'

export const getSecretValue: Operation = (call) => {
  const versionId = call.input.string('VersionId')
  const label = call.input.string('VersionStage', { minimum: 1, maximum: 256 })
  const secret = call.liveSecret(
    present({ 'secretsmanager:VersionId': versionId, 'secretsmanager:VersionStage': label }),
  )
  return read(call, secret, findVersion(secret, versionId, label))
}

const findVersion = (secret: Secret, versionId: string | undefined, label: string | undefined): Version => {
  if (versionId === undefined) {
    const version = labelled(secret, label ?? current)
    if (!version) throw labelNotFound(label ?? current)
    return version
  }
  const version = secret.versions.get(versionId)
  if (!version) throw versionNotFound(versionId)
  if (label !== undefined && !version.labels.includes(label)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.')
  }
  return version
}

const read = (call: Call, secret: Secret, version: Version): object => {
  call.decrypt(secret.arn, version.kmsKeyId, version.id)
  call.catalogue.put(accessed(secret, version, call.now))
  return versionValue(secret, version)
}

interface Batch {
  readonly values: object[]
  readonly errors: object[]
}

export const batchGetSecretValue: Operation = (call) => {
  const { input } = call
  const ids = input.strings('SecretIdList', { minimum: 1, maximum: 20 }, { minimum: 1, maximum: 2048 })
  const filters = readFilters(input)
  const limit = input.integer('MaxResults', { minimum: 1, maximum: 20 })
  if ((ids === undefined) === (filters === undefined)) {
    throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
  }
  if (limit !== undefined && !filters) {
    throw invalidParameter("'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.")
  }
  call.authorize('secretsmanager:BatchGetSecretValue', '*')
  const batch: Batch = { values: [], errors: [] }
  if (!filters) {
    for (const id of ids ?? []) {
      attempt(call, batch, id, () => call.resolve(parseSecretId(call.account.place, id), 'GetSecretValue'))
    }
    return { SecretValues: batch.values, Errors: batch.errors }
  }
  call.authorize('secretsmanager:ListSecrets', '*')
  const scope = ['BatchGetSecretValue', filters]
  const after = decodeToken(input.string('NextToken', { minimum: 1, maximum: 4096 }), scope)
  const order = { sortBy: 'created-date', sortOrder: 'asc', includePlannedDeletion: false } as const
  const page = call.catalogue.select({ filters, ...order, after, limit: limit ?? 20 })
  for (const { name, arn } of page.secrets) {
    // The list may lag, but the read value is the present one.
    attempt(call, batch, arn, () => call.resolve({ kind: 'name', name, given: arn }, 'GetSecretValue'))
  }
  return { SecretValues: batch.values, Errors: batch.errors, NextToken: encodeToken(page.end, scope) }
}

const attempt = (call: Call, { values, errors }: Batch, id: string, find: () => Secret): void => {
  let arn: string | undefined
  try {
    const secret = find()
    arn = secret.arn
    if (secret.deletionAt !== undefined) throw markedDeleted()
    values.push(read(call, secret, findVersion(secret, undefined, undefined)))
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const named = call.account.batchErrorIds === 'arn' ? (arn ?? arnOf(call.account.place, id)) : id
    errors.push({ SecretId: named, ErrorCode: error.type, Message: error.message })
  }
}

/** For a secret that does not exist. */
const arnOf = (place: Place, id: string): string => {
  const parsed = parseSecretId(place, id)
  return parsed.kind === 'arn' ? parsed.arn : arnWithoutSuffix(place, parsed.name)
}

export const putSecretValue: Operation = (call) => {
  const { input } = call
  const value = readValue(input)
  if (!value) throw invalidRequest('You must provide either SecretString or SecretBinary.')
  const token = readToken(input)
  const labels = input.strings('VersionStages', { minimum: 1, maximum: 20 }, { minimum: 1, maximum: 256 })
  const secret = call.liveSecret(labels ? { 'secretsmanager:VersionStage': labels } : {})
  call.encrypt(secret.arn, secret.kmsKeyId, token)
  const existing = existingVersion(secret, token, value)
  if (existing) return putAnswer(secret, existing)
  const added = addVersion(secret, { id: token, value, labels, now: call.now })
  call.catalogue.put(added.secret)
  return putAnswer(added.secret, added.version)
}

const putAnswer = (secret: Secret, version: Version): object => ({
  ...identity(secret),
  VersionId: version.id,
  VersionStages: version.labels,
})
