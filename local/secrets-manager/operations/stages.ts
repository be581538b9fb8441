// UpdateSecretVersionStage.

import { present } from '../access.ts'
import type { Operation } from '../call.ts'
import { invalidParameter } from '../errors.ts'
import { moveLabel } from '../labels.ts'
import { identity } from '../wire.ts'

export const updateSecretVersionStage: Operation = (call) => {
  const { input } = call
  const label = input.required('VersionStage', { minimum: 1, maximum: 256 })
  const moveTo = input.string('MoveToVersionId')
  const removeFrom = input.string('RemoveFromVersionId')
  if (moveTo === undefined && removeFrom === undefined) {
    throw invalidParameter('You must provide MoveToVersionId, RemoveFromVersionId, or both.')
  }
  const secret = call.liveSecret(present({ 'secretsmanager:VersionStage': label }))
  const versions = moveLabel(secret, { label, moveTo, removeFrom })
  call.catalogue.put({ ...secret, versions, changedAt: call.now })
  return identity(secret)
}
