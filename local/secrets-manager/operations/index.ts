// The operations by the names that the X-Amz-Target header calls them.

import type { Operation } from '../call.ts'
import { deleteSecret, restoreSecret } from './deletion.ts'
import { listSecrets, listSecretVersionIds } from './lists.ts'
import { getRandomPassword } from './passwords.ts'
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './policies.ts'
import { removeRegionsFromReplication, replicateSecretToRegions, stopReplicationToReplica } from './replication.ts'
import { createSecret, describeSecret, updateSecret } from './secrets.ts'
import { updateSecretVersionStage } from './stages.ts'
import { tagResource, untagResource } from './tags.ts'
import { batchGetSecretValue, getSecretValue, putSecretValue } from './values.ts'

export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    BatchGetSecretValue: batchGetSecretValue,
    CreateSecret: createSecret,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetRandomPassword: getRandomPassword,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecrets: listSecrets,
    ListSecretVersionIds: listSecretVersionIds,
    PutResourcePolicy: putResourcePolicy,
    PutSecretValue: putSecretValue,
    RemoveRegionsFromReplication: removeRegionsFromReplication,
    ReplicateSecretToRegions: replicateSecretToRegions,
    RestoreSecret: restoreSecret,
    StopReplicationToReplica: stopReplicationToReplica,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  }),
)
