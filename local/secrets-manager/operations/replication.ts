// ReplicateSecretToRegions, RemoveRegionsFromReplication and StopReplicationToReplica.

import type { Context } from '../access.ts'
import type { Call, Operation } from '../call.ts'
import { invalidParameter } from '../errors.ts'
import type { Secret } from '../model.ts'
import { isReplica, replicationStatus } from '../replicas.ts'

/** The form of all Region names of AWS so far. */
const existing = /^[a-z]{2}(-[a-z]+)+-\d$/

/** AddReplicaRegions of a request. This code does not know a separate key for a copy. */
export const readReplicaRegions = ({ input, account }: Call): readonly string[] | undefined =>
  input.objects('AddReplicaRegions', { minimum: 1 })?.map((one) => {
    if (one.has('KmsKeyId')) throw invalidParameter('Copies are encrypted with the key aws/secretsmanager here.')
    const region = one.required('Region', { minimum: 1, maximum: 128 })
    if (region === account.place.region || !existing.test(region)) throw invalidParameter('Invalid replica region.')
    return region
  })

export const replicaContext = (regions: readonly string[]): Context => ({ 'secretsmanager:AddReplicaRegions': regions })

export const withReplicas = (call: Call, secret: Secret, regions: readonly string[]): Secret => ({
  ...secret,
  replicaRegions: [...new Set([...(secret.replicaRegions ?? []), ...regions])],
  primaryRegion: call.account.place.region,
})

export const replicateSecretToRegions: Operation = (call) => {
  const regions = readReplicaRegions(call) ?? []
  const secret = call.liveSecret(replicaContext(regions))
  for (const { id } of secret.versions.values()) call.decrypt(secret.arn, secret.kmsKeyId, id)
  const replicated = withReplicas(call, secret, regions)
  call.catalogue.put(replicated)
  return answer(call, replicated)
}

export const removeRegionsFromReplication: Operation = (call) => {
  const regions = call.input.strings('RemoveReplicaRegions', { minimum: 1 }) ?? []
  const secret = call.liveSecret()
  for (const region of regions) {
    const catalogue = call.account.catalogueOf(region)
    const there = catalogue.named(secret.name)
    if (there !== undefined && isReplica(there, region)) catalogue.remove(secret.name, call.now)
  }
  const left = (secret.replicaRegions ?? []).filter((region) => !regions.includes(region))
  const changed = {
    ...secret,
    replicaRegions: left,
    primaryRegion: left.length === 0 ? undefined : secret.primaryRegion,
  }
  call.catalogue.put(changed)
  return answer(call, changed)
}

/** Called in the Region of the copy, which becomes an independent secret. It does not need the primary, which may be lost. */
export const stopReplicationToReplica: Operation = (call) => {
  const replica = call.liveSecret()
  const { primaryRegion, name } = replica
  call.catalogue.put({ ...replica, primaryRegion: undefined })
  const catalogue = primaryRegion === undefined ? undefined : call.account.catalogueOf(primaryRegion)
  const primary = catalogue?.named(name)
  const left = (primary?.replicaRegions ?? []).filter((region) => region !== call.account.place.region)
  if (primary !== undefined) catalogue?.put({ ...primary, replicaRegions: left })
  return { ARN: replica.arn }
}

const answer = ({ account }: Call, secret: Secret): object => ({
  ARN: secret.arn,
  ReplicationStatus: replicationStatus(secret, account.catalogueOf) ?? [],
})
