// The store through the AWS SDK.

import {
  BatchGetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import type { Store } from './by-hand.ts'

export const sdkStore = (client: SecretsManagerClient): Store => ({
  list: (prefix, token) =>
    client.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [prefix] }],
        MaxResults: 100,
        ...(token !== undefined && { NextToken: token }),
      }),
    ),
  batch: (names) => client.send(new BatchGetSecretValueCommand({ SecretIdList: [...names] })),
  put: (name, versionId, text) =>
    client.send(new PutSecretValueCommand({ SecretId: name, ClientRequestToken: versionId, SecretString: text })),
  tag: (name, tags) =>
    client.send(
      new TagResourceCommand({
        SecretId: name,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    ),
})
