// The bootstrap function as the sign-in function starts it, through the AWS SDK.

import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import * as v from 'valibot'
import { storeFailure } from '../core/failures/failure-table.ts'
import { type Bootstrap, StoreFailure } from '../ports.ts'
import { httpAgent } from './http.ts'
import { throwStoreFailure } from './store-errors.ts'

/** The bootstrap function answers when it is done, which its own timeout of two minutes bounds. */
const limits = { connectMilliseconds: 1_000, headersMilliseconds: 125_000, bodyMilliseconds: 5_000 }

const thrown = v.object({ errorMessage: v.string() })

/** Every refusal of the bootstrap begins with class and code. What follows may name accounts, and goes nowhere. */
const refusal = /^([a-z]+) ([A-Za-z0-9_]{1,64}):/

export const bootstrapFunction = (FunctionName: string, configuration: LambdaClientConfig = {}): Bootstrap => {
  const client = new LambdaClient({
    // A code is redeemed once: a call that was cut off is not repeated.
    maxAttempts: 1,
    requestHandler: new UndiciHttpHandler({ dispatcher: httpAgent(limits) }),
    ...configuration,
  })
  return {
    start: async (event) => {
      const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) })
      const { FunctionError, Payload } = await client.send(command).catch(throwStoreFailure)
      if (FunctionError === undefined) return { kind: 'connected' }
      const parsed = v.safeParse(thrown, JSON.parse(Payload?.transformToString() ?? 'null'))
      const [, name, code] = refusal.exec(parsed.success ? parsed.output.errorMessage : '') ?? []
      if (name === undefined || code === undefined) throw new StoreFailure(storeFailure('BootstrapFailed'), true)
      return { kind: 'refused', class: name, code }
    },
  }
}
