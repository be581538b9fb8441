// Copies of a secret in other Regions of the account: can be read there, and changed only in the Region of the primary.

import type { Catalogue } from './catalogue.ts'
import type { Secret } from './model.ts'

export const isReplica = ({ primaryRegion }: Secret, region: string): boolean =>
  primaryRegion !== undefined && primaryRegion !== region

/** The ARN is the same except for the Region. */
const arnIn = (region: string, arn: string): string => arn.replace(/^((?:[^:]*:){3})[^:]*/, `$1${region}`)

/**
 * The copy of a secret for a Region, encrypted with the account's own key there.
 *
 * @returns undefined if the Region has another secret of that name, which is not overwritten
 */
export const replicaOf = (primary: Secret, region: string, there: Catalogue): Secret | undefined => {
  const existing = there.named(primary.name)
  const arn = arnIn(region, primary.arn)
  if (existing !== undefined && !(existing.arn === arn && isReplica(existing, region))) return undefined
  const versions = [...primary.versions].map(([id, version]) => [id, { ...version, kmsKeyId: undefined }] as const)
  return {
    ...primary,
    sequence: existing?.sequence ?? there.nextSequence(),
    arn,
    kmsKeyId: undefined,
    replicaRegions: undefined,
    accessedAt: existing?.accessedAt,
    versions: new Map(versions),
  }
}

/** The status of a copy in DescribeSecret. */
export const replicationStatus = (
  { name, arn, replicaRegions = [] }: Secret,
  catalogueOf: (region: string) => Catalogue,
): readonly object[] | undefined => {
  if (replicaRegions.length === 0) return undefined
  return replicaRegions.map((region) => {
    const isThere = catalogueOf(region).named(name)?.arn === arnIn(region, arn)
    return isThere
      ? {
          Region: region,
          KmsKeyId: 'alias/aws/secretsmanager',
          Status: 'InSync',
          StatusMessage: 'Replication succeeded',
        }
      : {
          Region: region,
          KmsKeyId: 'alias/aws/secretsmanager',
          Status: 'Failed',
          StatusMessage: `Replication failed: Secret name ${name} already exists in region ${region}`,
        }
  })
}
