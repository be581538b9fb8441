// Copies of published secrets in other Regions: combinations that are refused.
import { Stack, Token } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { ConfigurationError } from './configuration.ts'

export interface Replicas {
  readonly replicaRegions: readonly string[]
  readonly publishedKey: IKey | undefined
}

/**
 * A key exists in one Region only, so Secrets Manager would encrypt the copies with the account's own keys. The owner of a
 * deployment who chose a key does not want that.
 *
 * @throws ConfigurationError with all problems at once
 */
export const refuseReplicas = (scope: Construct, { replicaRegions, publishedKey }: Replicas): void => {
  if (replicaRegions.length === 0) return
  const { region } = Stack.of(scope)
  const problems = [
    ...(publishedKey === undefined
      ? []
      : ['replicaRegions: not together with publishedKeyArn, because the copies would not be under that key.']),
    ...(!Token.isUnresolved(region) && replicaRegions.includes(region)
      ? [`replicaRegions: given ${region}, which is the Region of the deployment.`]
      : []),
  ]
  if (problems.length > 0) throw new ConfigurationError(problems)
}
