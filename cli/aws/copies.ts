// Copies of a secret in other Regions: Secrets Manager refuses to delete a secret that has copies.

import { environment, functionNames } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'

/** Deletes the copies of a secret, each at once and for good. A secret that does not exist has no copies. */
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

/** Regions to which the functions copy published secrets; empty if the deployment does not answer. */
export const copyRegions = async (context: Context): Promise<readonly string[]> => {
  const FunctionName = functionNames(context.prefix).bootstrap
  const client = await context.aws.lambda()
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda')
  const command = new GetFunctionConfigurationCommand({ FunctionName })
  const { Environment } = await client.send(command, { abortSignal: context.interrupted }).catch(() => {
    context.interrupted.throwIfAborted()
    return { Environment: undefined }
  })
  return Environment?.Variables?.[environment.replicaRegions]?.split(',').filter((region) => region !== '') ?? []
}

/** What to type to copy a secret to other Regions. The command does not do it, because that needs the right to decrypt. */
export const copying = (secret: string, regions: readonly string[]): string =>
  `aws secretsmanager replicate-secret-to-regions --secret-id ${secret} --add-replica-regions ${regions
    .map((region) => `Region=${region}`)
    .join(' ')}`
