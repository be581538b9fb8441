// DeleteSecret and RestoreSecret.

import { type Context, present } from '../access.ts'
import type { Call, Operation } from '../call.ts'
import { invalidParameter, markedDeleted, ServiceError } from '../errors.ts'
import type { Secret } from '../model.ts'
import { newArn, readSecretId } from '../names.ts'
import { identity, timestamp } from '../wire.ts'

const dayMilliseconds = 86_400_000

export const deleteSecret: Operation = (call) => {
  const { input } = call
  const window = input.integer('RecoveryWindowInDays')
  const force = input.boolean('ForceDeleteWithoutRecovery')
  if (window !== undefined && (window < 7 || window > 30)) {
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
  }
  if (window !== undefined && force) {
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
  }
  const context = present({
    'secretsmanager:RecoveryWindowInDays': window?.toString(),
    'secretsmanager:ForceDeleteWithoutRecovery': input.has('ForceDeleteWithoutRecovery') ? `${force}` : undefined,
  })
  return force ? deleteNow(call, context) : schedule(call, context, window ?? 30)
}

const schedule = (call: Call, context: Context, days: number): object => {
  const secret = call.liveSecret(context, markedDeleted)
  refuseWithReplicas(secret)
  const deletionAt = call.now + days * dayMilliseconds
  call.catalogue.put({ ...secret, deletionAt })
  return { ...identity(secret), DeletionDate: timestamp(deletionAt) }
}

const refuseWithReplicas = ({ arn, replicaRegions = [] }: Secret): void => {
  if (replicaRegions.length === 0) return
  throw invalidParameter(
    `You can't delete secret ${arn} that still has replica regions [${replicaRegions.join(', ')}].`,
  )
}

/** A forced deletion of a secret that does not exist succeeds. */
const deleteNow = (call: Call, context: Context): object => {
  try {
    const secret = call.secret(context)
    refuseWithReplicas(secret)
    call.catalogue.remove(secret.name, call.now)
    return { ...identity(secret), DeletionDate: timestamp(call.now) }
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== 'ResourceNotFoundException') throw error
    const id = readSecretId(call.account.place, call.input)
    const arn = id.kind === 'arn' ? id.arn : newArn(call.account.place, id.name, call.account.random)
    return { ARN: arn, Name: id.given, DeletionDate: timestamp(call.now) }
  }
}

export const restoreSecret: Operation = (call) => {
  const secret = call.secret()
  call.catalogue.put({ ...secret, deletionAt: undefined })
  return identity(secret)
}
