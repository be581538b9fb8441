// The bootstrap function as the sign-in function starts it, through the AWS SDK.

import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda'
import * as v from 'valibot'
import type { AnsweredBootstrapEvent } from '../contract.ts'
import { storeFailure } from '../core/failures/failure-table.ts'
import { type Bootstrap, type Bootstrapped, StoreFailure } from '../ports.ts'
import { awsClientDefaults } from './aws-client.ts'
import { throwStoreFailure } from './store-errors.ts'

/** The bootstrap function answers when it is done, which its own timeout of two minutes bounds. */
const limits = { connectMilliseconds: 1_000, headersMilliseconds: 125_000, bodyMilliseconds: 5_000 }
const attemptMilliseconds = 131_000

const refusal = v.object({
  refused: v.object({ class: v.string(), code: v.string(), signed_in_as: v.exactOptional(v.string()) }),
})

export const bootstrapFunction = (FunctionName: string, configuration: LambdaClientConfig = {}): Bootstrap => {
  const client = new LambdaClient({
    // A code is redeemed once: a call that was cut off is not repeated.
    maxAttempts: 1,
    ...awsClientDefaults(limits, attemptMilliseconds),
    ...configuration,
  })
  return {
    start: async (event) => {
      const asked: AnsweredBootstrapEvent = { ...event, refusal: 'answer' }
      const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(asked)) })
      const { FunctionError, Payload } = await client.send(command).catch(throwStoreFailure)
      // The function logs what it has thrown.
      if (FunctionError !== undefined) throw new StoreFailure(storeFailure('BootstrapFailed'), true)
      return bootstrappedIn(JSON.parse(Payload?.transformToString() ?? 'null'))
    },
  }
}

/** What the function's answer says. */
export const bootstrappedIn = (answer: unknown): Bootstrapped => {
  const parsed = v.safeParse(refusal, answer)
  if (!parsed.success) return { kind: 'connected' }
  const { class: name, code, signed_in_as } = parsed.output.refused
  return { kind: 'refused', class: name, code, ...(signed_in_as !== undefined && { signedInAs: signed_in_as }) }
}
