// The versions of a secret: when each was made, and what Secrets Manager calls it now.

import { type Room, secretName } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'

export interface Version {
  readonly id: string
  readonly created: Date | undefined
  readonly labels: readonly string[]
}

/** Newest first; empty when there is no such secret. */
export const versionsOf = async (context: Context, room: Room, name: string): Promise<readonly Version[]> => {
  const client = await context.aws.secretsManager()
  const { paginateListSecretVersionIds, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  const input = { SecretId: secretName(context.prefix, room, name), IncludeDeprecated: true, MaxResults: 100 }
  const versions: Version[] = []
  try {
    for await (const page of paginateListSecretVersionIds({ client }, input, { abortSignal: context.interrupted })) {
      for (const { VersionId: id = '', CreatedDate: created, VersionStages: labels = [] } of page.Versions ?? []) {
        versions.push({ id, created, labels })
      }
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
  }
  return versions.sort((a, b) => Number(b.created) - Number(a.created))
}
