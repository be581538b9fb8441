// Copies of a secret in other Regions: Secrets Manager deletes no secret that has some.

import type { Context } from '../context.ts'

/** Deletes the copies of a secret, each at once and for good. A secret that is not there has none. */
export const deleteCopies = async (context: Context, SecretId: string): Promise<void> => {
  const RemoveReplicaRegions = await regionsOfCopies(context, SecretId)
  if (RemoveReplicaRegions.length === 0) return
  const client = await context.aws.secretsManager()
  const { RemoveRegionsFromReplicationCommand } = await import('@aws-sdk/client-secrets-manager')
  await client.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }))
}

const regionsOfCopies = async (context: Context, SecretId: string): Promise<string[]> => {
  const client = await context.aws.secretsManager()
  const { DescribeSecretCommand, ResourceNotFoundException } = await import('@aws-sdk/client-secrets-manager')
  try {
    const { ReplicationStatus = [] } = await client.send(new DescribeSecretCommand({ SecretId }))
    return ReplicationStatus.flatMap(({ Region }) => Region ?? [])
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return []
    throw error
  }
}
