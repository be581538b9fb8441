// The SDK's client alone in a function, doing by hand what a tick does: no checks, no logs, no metrics.

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { listAll, tickByHand } from '../contenders/by-hand.ts'
import { redeemByHand } from '../contenders/redeem-by-hand.ts'
import { sdkStore } from '../contenders/sdk-store.ts'

const store = sdkStore(new SecretsManagerClient({ maxAttempts: 3, requestHandler: new UndiciHttpHandler() }))
const tick = tickByHand(store, redeemByHand())

/** @param event `listOnly`: everything is listed and nothing done */
export const handler = async ({ listOnly = false }: { readonly listOnly?: boolean }): Promise<unknown> => {
  if (!listOnly) return tick()
  return (await listAll(store, 'grants')).length
}
