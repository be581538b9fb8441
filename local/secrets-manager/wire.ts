// AWS JSON 1.1: the format of answers and errors.

import { randomUUID } from 'node:crypto'
import type { LoopbackAnswer } from '../loopback-server.ts'
import type { ServiceError } from './errors.ts'
import type { Secret, SecretValue, Version } from './model.ts'

const headers = (): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amzn-requestid': randomUUID(),
})

export const success = (output: object): LoopbackAnswer => ({
  status: 200,
  headers: headers(),
  body: JSON.stringify(output),
})

/** The exceptions of the service's own model spell the member Message, those of the protocol message. */
const lowerCased = new Set(['ValidationException', 'AccessDeniedException', 'SerializationException'])

export const failure = ({ type, message, status }: ServiceError): LoopbackAnswer => ({
  status,
  headers: { ...headers(), 'x-amzn-errortype': type },
  body: JSON.stringify({
    __type: type,
    ...(message === '' ? {} : lowerCased.has(type) ? { message } : { Message: message }),
  }),
})

/** Epoch seconds, with milliseconds as a fraction. */
export const timestamp = (milliseconds: number): number => milliseconds / 1000

export const optionalTimestamp = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : timestamp(milliseconds)

/** ARN and Name, with which every answer about a secret begins. */
export const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name })

/** SecretString or SecretBinary. JSON leaves out the one that is undefined. */
export const valueMembers = ({ string, binary }: SecretValue) => ({ SecretString: string, SecretBinary: binary })

export const versionValue = (secret: Secret, version: Version) => ({
  ...identity(secret),
  VersionId: version.id,
  ...valueMembers(version),
  VersionStages: version.labels,
  CreatedDate: timestamp(version.createdAt),
})

/** The fields that DescribeSecret and ListSecrets share. */
export const metadata = (secret: Secret) => ({
  ...identity(secret),
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  LastChangedDate: timestamp(secret.changedAt),
  LastAccessedDate: optionalTimestamp(secret.accessedAt),
  DeletedDate: optionalTimestamp(secret.deletionAt),
  Tags: secret.tags && [...secret.tags].map(([key, value]) => ({ Key: key, Value: value })),
  CreatedDate: timestamp(secret.createdAt),
  PrimaryRegion: secret.primaryRegion,
})

/** Undefined as long as the secret has no version. */
export const labelsByVersion = (secret: Secret): Record<string, readonly string[]> | undefined => {
  const all = [...secret.versions.values()].filter(({ labels }) => labels.length > 0)
  return all.length === 0 ? undefined : Object.fromEntries(all.map(({ id, labels }) => [id, labels]))
}
