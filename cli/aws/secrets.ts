// The rooms in Secrets Manager as an operator sees them: names, tags and versions; a value only in the function that reads one.

import type { SecretListEntry, Tag } from '@aws-sdk/client-secrets-manager'
import { type Room, secretName } from '../../lambda/contract.ts'
import type { Tags } from '../../lambda/core/tags/status.ts'
import type { Context } from '../context.ts'

/** A secret without its value. */
export interface Entry {
  readonly room: Room
  /** Last part of the secret's name: of a connection, or of a client. */
  readonly name: string
  /** Scheduled for deletion, and can be brought back. */
  readonly removed: boolean
  readonly arn: string
  readonly currentVersionId: string | undefined
  readonly tags: Tags
  readonly created: Date | undefined
  /** The KMS key; undefined: the account's own. */
  readonly key: string | undefined
}

/**
 * Lists the secrets of these rooms, a hundred in each call.
 *
 * @param options removed: also what is scheduled for deletion. @default no
 */
export async function* list(
  context: Context,
  rooms: readonly Room[],
  { removed = false }: { readonly removed?: boolean } = {},
): AsyncIterable<Entry> {
  const client = await context.aws.secretsManager()
  const { ListSecretsCommand } = await import('@aws-sdk/client-secrets-manager')
  const prefixes = rooms.map((room) => ({ room, prefix: secretName(context.prefix, room, '') }))
  const Filters = [{ Key: 'name' as const, Values: prefixes.map(({ prefix }) => prefix) }]
  let NextToken: string | undefined
  do {
    const page = await client.send(
      new ListSecretsCommand({
        ...{ Filters, MaxResults: 100 },
        ...(removed && { IncludePlannedDeletion: true }),
        ...(NextToken !== undefined && { NextToken }),
      }),
      { abortSignal: context.interrupted },
    )
    for (const entry of page.SecretList ?? []) {
      const place = prefixes.find(({ prefix }) => entry.Name?.startsWith(prefix))
      if (place) yield entryOf(entry, place.room, entry.Name?.slice(place.prefix.length) ?? '')
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
}

/** One secret; undefined when there is none, or it is scheduled for deletion. */
export const describe = async (context: Context, room: Room, name: string): Promise<Entry | undefined> => {
  const entry = await describeRemoved(context, room, name)
  return entry?.removed ? undefined : entry
}

/** One secret, also if it is scheduled for deletion. */
export const describeRemoved = async (context: Context, room: Room, name: string): Promise<Entry | undefined> => {
  const client = await context.aws.secretsManager()
  const { DescribeSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  const command = new DescribeSecretCommand({ SecretId: secretName(context.prefix, room, name) })
  try {
    const answer = await client.send(command, { abortSignal: context.interrupted })
    const { VersionIdsToStages, ...entry } = answer
    return entryOf({ ...entry, SecretVersionsToStages: VersionIdsToStages ?? {} }, room, name)
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

const entryOf = (entry: SecretListEntry, room: Room, name: string): Entry => {
  const stages = entry.SecretVersionsToStages ?? {}
  return {
    room,
    name,
    removed: entry.DeletedDate !== undefined,
    arn: entry.ARN ?? '',
    currentVersionId: Object.keys(stages).find((version) => stages[version]?.includes('AWSCURRENT')),
    tags: tagsOf(entry.Tags ?? []),
    created: entry.CreatedDate,
    key: entry.KmsKeyId,
  }
}

const tagsOf = (tags: readonly Tag[]): Tags => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
