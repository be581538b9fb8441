// The SDK's client and MSAL in a function, doing by hand what a tick does.

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { tickByHand } from '../contenders/by-hand.ts'
import { redeemWithMsal } from '../contenders/msal.ts'
import { sdkStore } from '../contenders/sdk-store.ts'

const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler: new UndiciHttpHandler() })

export const handler = tickByHand(sdkStore(client), redeemWithMsal())
