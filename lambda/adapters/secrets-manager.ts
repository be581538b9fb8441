// Secrets Manager behind the store's port, through the AWS SDK.

import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  type SecretListEntry,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
  type SecretValueEntry,
  type Tag,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { StandardRetryStrategy } from '@smithy/core/retry'
import { type Room, secretName } from '../contract.ts'
import { Redacted } from '../core/secrets/redacted.ts'
import type { Tags } from '../core/tags/status.ts'
import {
  previousVersion,
  type SecretId,
  type SecretStore,
  type Settings,
  type StoredEntry,
  type StoredVersion,
  StoreFailure,
} from '../ports.ts'
import { awsClientDefaults } from './aws-client.ts'
import { readTogether } from './read-together.ts'
import { errorName, isCutOff, throwStoreFailure } from './store-errors.ts'

/**
 * A throttled call is not repeated here: the rate-limited store repeats it (usecases/limits/rate-limited-store.ts). An answer whose body
 * ended early is repeated: this is safe for every call, because version ids are derived.
 */
class RetriesOfHiccups extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(...failed: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>) {
    const [token, info] = failed
    if (info.errorType === 'THROTTLING') throw new Error('a throttled call is not repeated here')
    return super.refreshRetryTokenForRetry(token, isCutOff(info.error) ? { ...info, errorType: 'TRANSIENT' } : info)
  }
}

/** The client as both functions use it: few tries, and every wait bounded. */
export const secretsManagerClient = (configuration: SecretsManagerClientConfig = {}): SecretsManagerClient => {
  const client = new SecretsManagerClient({
    retryStrategy: new RetriesOfHiccups(3),
    // Made once for each kind of call, and never changed later.
    cacheMiddleware: true,
    ...awsClientDefaults(),
    ...configuration,
  })
  // The default logger gets every answer, and this project does not log answers.
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

type StoreSettings = Pick<Settings, 'prefix' | 'privateKeyArn' | 'publishedKeyArn' | 'replicaRegions'>
type AnyId = SecretId | { readonly arn: string }

export const secretsManagerStore = (client: SecretsManagerClient, settings: StoreSettings): SecretStore => {
  const idOf = (id: AnyId): string => ('arn' in id ? id.arn : secretName(settings.prefix, id.room, id.name))

  const keyOf = (room: Room): { KmsKeyId?: string } => {
    const key = room === 'connections' ? settings.publishedKeyArn : settings.privateKeyArn
    return key === undefined ? {} : { KmsKeyId: key }
  }

  /** Secrets Manager refuses an empty list, and the secret's own Region, which the deployment may not know at synth. */
  const copiesOf = async (id: SecretId): Promise<{ AddReplicaRegions?: { Region: string }[] }> => {
    if (id.room !== 'connections' || settings.replicaRegions.length === 0) return {}
    const own = await client.config.region()
    const AddReplicaRegions = settings.replicaRegions.filter((one) => one !== own).map((Region) => ({ Region }))
    return AddReplicaRegions.length === 0 ? {} : { AddReplicaRegions }
  }

  return {
    async list(room, from) {
      const prefix = secretName(settings.prefix, room, '')
      const Filters = [{ Key: 'name' as const, Values: [prefix] }]
      const page = await client
        .send(new ListSecretsCommand({ Filters, MaxResults: 100, ...(from && { NextToken: from }) }))
        .catch(throwStoreFailure)
      const named = (page.SecretList ?? []).filter(({ Name }) => Name?.startsWith(prefix))
      const entries = named.map((entry) => storedEntry(entry, { room, name: entry.Name?.slice(prefix.length) ?? '' }))
      return { entries, next: page.NextToken }
    },

    async readTogether(ids) {
      const answers = await readTogether(client, ids.map(idOf))
      return answers.map((answer) => (answer instanceof StoreFailure ? answer : storedVersion(answer)))
    },

    async read(id, which) {
      const version = which === previousVersion ? { VersionStage: 'AWSPREVIOUS' } : which && { VersionId: which }
      try {
        return storedVersion(await client.send(new GetSecretValueCommand({ SecretId: idOf(id), ...version })))
      } catch (error) {
        if (errorName(error) === 'ResourceNotFoundException') return undefined
        return throwStoreFailure(error)
      }
    },

    async describe(id) {
      try {
        return storedEntry(await client.send(new DescribeSecretCommand({ SecretId: idOf(id) })), id)
      } catch (error) {
        if (errorName(error) === 'ResourceNotFoundException') return undefined
        return throwStoreFailure(error)
      }
    },

    async create(write, tags) {
      try {
        const answer = await client.send(
          new CreateSecretCommand({
            Name: idOf(write),
            ClientRequestToken: write.versionId,
            SecretString: write.text.reveal(),
            Tags: sdkTags(tags),
            ...keyOf(write.room),
            ...(await copiesOf(write)),
          }),
        )
        return { arn: answer.ARN ?? '' }
      } catch (error) {
        if (errorName(error) === 'ResourceExistsException') return 'exists'
        return throwStoreFailure(error)
      }
    },

    async put(write, stage) {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId: idOf(write),
            ClientRequestToken: write.versionId,
            SecretString: write.text.reveal(),
            ...(stage && { VersionStages: [stage] }),
          }),
        )
        return 'written'
      } catch (error) {
        if (errorName(error) === 'ResourceExistsException') return 'exists'
        return throwStoreFailure(error)
      }
    },

    async tag(id, tags) {
      await client.send(new TagResourceCommand({ SecretId: idOf(id), Tags: sdkTags(tags) })).catch(throwStoreFailure)
    },

    async restore(id) {
      const SecretId = idOf(id)
      await client.send(new RestoreSecretCommand({ SecretId })).catch(throwStoreFailure)
      // The copies of the deleted secret were deleted before.
      const { AddReplicaRegions } = await copiesOf(id)
      if (AddReplicaRegions === undefined) return
      await client.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions })).catch(throwStoreFailure)
    },

    async erase(id) {
      const command = new DeleteSecretCommand({ SecretId: idOf(id), ForceDeleteWithoutRecovery: true })
      await client.send(command).catch(throwStoreFailure)
    },
  }
}

const sdkTags = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const storedVersion = (
  answer: Pick<SecretValueEntry, 'ARN' | 'VersionId' | 'SecretString' | 'CreatedDate'> | undefined,
): StoredVersion | undefined =>
  answer && {
    arn: answer.ARN ?? '',
    versionId: answer.VersionId ?? '',
    createdAt: answer.CreatedDate ?? new Date(0),
    // A secret that a person has made binary becomes an empty text, which does not decode.
    text: new Redacted(answer.SecretString ?? ''),
  }

const storedEntry = (
  entry: SecretListEntry & { VersionIdsToStages?: Record<string, string[]> | undefined },
  id: SecretId,
): StoredEntry => {
  const stages = entry.SecretVersionsToStages ?? entry.VersionIdsToStages ?? {}
  return {
    ...id,
    arn: entry.ARN ?? '',
    currentVersionId: Object.keys(stages).find((version) => stages[version]?.includes('AWSCURRENT')),
    tags: Object.fromEntries((entry.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  }
}
