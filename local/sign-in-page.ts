// The sign-in page in this process: its handler behind a function URL on loopback, and the bootstrap that it starts.

import { bootstrappedIn } from '../lambda/adapters/bootstrap-function.ts'
import type { AnsweredBootstrapEvent } from '../lambda/contract.ts'
import type { Dependencies, Macs, SignInTelemetry } from '../lambda/ports.ts'
import { signInHandler } from '../lambda/sign-in-handler.ts'
import { type FunctionUrl, startFunctionUrl } from './function-url.ts'
import { defaultPlace } from './iam/role.ts'

/** ARN of the HMAC key that the embedded KMS makes when it is first used. */
export const signInKeyArn = `arn:aws:kms:${defaultPlace.region}:${defaultPlace.accountId}:key/sign-in`

/** No log is kept here. */
const silent: SignInTelemetry = { signIn: () => {}, storeFailed: () => {}, defect: () => {} }

export interface SignInPage extends FunctionUrl {
  /** Serves the page: before this, its address is known and answers with an error. */
  open(dependencies: Dependencies & { readonly macs: Macs }, bootstrap: StartBootstrap): void
}

type StartBootstrap = (event: AnsweredBootstrapEvent) => Promise<unknown>

export const startSignInPage = async (port = 0): Promise<SignInPage> => {
  let handler: (event: unknown) => Promise<unknown> = () => Promise.reject(new Error('the page is not open yet'))
  const page = await startFunctionUrl(port, (event) => handler(event))
  return {
    ...page,
    open: (dependencies, start) => {
      handler = signInHandler({
        ...dependencies,
        bootstrap: { start: async (event) => bootstrappedIn(await start({ ...event, refusal: 'answer' })) },
        telemetry: silent,
      })
    },
  }
}
