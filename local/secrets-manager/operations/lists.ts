// ListSecrets and ListSecretVersionIds.

import type { Operation } from '../call.ts'
import { readFilters } from '../filters.ts'
import { sortKeys, sortOrders } from '../listing.ts'
import type { Version } from '../model.ts'
import { decodeToken, encodeToken } from '../page-token.ts'
import { identity, labelsByVersion, metadata, optionalTimestamp, timestamp } from '../wire.ts'

const pageSize = { minimum: 1, maximum: 100 }
const tokenLength = { minimum: 1, maximum: 4096 }

export const listSecrets: Operation = (call) => {
  const { input } = call
  const limit = input.integer('MaxResults', pageSize) ?? pageSize.maximum
  const filters = readFilters(input) ?? []
  const sortBy = input.oneOf('SortBy', sortKeys) ?? 'created-date'
  const sortOrder = input.oneOf('SortOrder', sortOrders) ?? 'asc'
  const includePlannedDeletion = input.boolean('IncludePlannedDeletion')
  call.authorize('secretsmanager:ListSecrets', '*')
  const scope = ['ListSecrets', filters, sortBy, sortOrder, includePlannedDeletion]
  const after = decodeToken(input.string('NextToken', tokenLength), scope)
  const page = call.catalogue.select({ filters, sortBy, sortOrder, includePlannedDeletion, after, limit })
  return {
    SecretList: page.secrets.map((secret) => ({
      ...metadata(secret),
      SecretVersionsToStages: labelsByVersion(secret),
    })),
    NextToken: encodeToken(page.end, scope),
  }
}

export const listSecretVersionIds: Operation = (call) => {
  const { input } = call
  const limit = input.integer('MaxResults', pageSize) ?? pageSize.maximum
  const includeDeprecated = input.boolean('IncludeDeprecated')
  const secret = call.secret()
  const scope = ['ListSecretVersionIds', secret.arn, includeDeprecated]
  const [after] = decodeToken(input.string('NextToken', tokenLength), scope) ?? []
  const all = [...secret.versions.values()].filter(({ labels }) => includeDeprecated || labels.length > 0)
  const start = all.findIndex(({ id }) => id === after) + 1
  const page = all.slice(start, start + limit)
  const last = start + limit < all.length ? page.at(-1) : undefined
  return {
    ...identity(secret),
    Versions: page.map(versionEntry),
    NextToken: encodeToken(last && [last.id, 0], scope),
  }
}

const versionEntry = (version: Version): object => ({
  VersionId: version.id,
  VersionStages: version.labels.length > 0 ? version.labels : undefined,
  KmsKeyIds: [version.kmsKeyId ?? 'DefaultEncryptionKey'],
  CreatedDate: timestamp(version.createdAt),
  LastAccessedDate: optionalTimestamp(version.accessedAt),
})
