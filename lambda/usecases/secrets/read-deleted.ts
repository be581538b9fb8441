// Reads a secret that an operator may have removed. Within its recovery window a new bootstrap restores it.

import { type SecretId, type SecretStore, type StoredVersion, StoreFailure } from '../../ports.ts'

/** What Secrets Manager answers for a secret that is scheduled for deletion. */
const scheduledForDeletion = 'InvalidRequestException'

export const readUnlessDeleted = (store: SecretStore, id: SecretId): Promise<StoredVersion | undefined> =>
  readOr(store, id, async () => undefined)

export const readRestoringDeleted = (store: SecretStore, id: SecretId): Promise<StoredVersion | undefined> =>
  readOr(store, id, async () => {
    await store.restore(id)
    return store.read(id)
  })

const readOr = async (
  store: SecretStore,
  id: SecretId,
  removed: () => Promise<StoredVersion | undefined>,
): Promise<StoredVersion | undefined> => {
  try {
    return await store.read(id)
  } catch (error) {
    if (!(error instanceof StoreFailure && error.failure.code === scheduledForDeletion)) throw error
    return removed()
  }
}
