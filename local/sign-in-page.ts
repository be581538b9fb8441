// The sign-in page in this process: its handler behind a function URL on loopback. It starts the bootstrap.

import { bootstrappedIn } from '../lambda/adapters/bootstrap-function.ts'
import type { AnsweredBootstrapEvent } from '../lambda/contract.ts'
import type { Dependencies, Macs, SignInTelemetry } from '../lambda/ports.ts'
import { signInHandler } from '../lambda/sign-in-handler.ts'
import { type FunctionUrl, startFunctionUrl } from './function-url.ts'
import { defaultPlace } from './iam/role.ts'

/** ARN of the HMAC key, which the embedded KMS creates at its first use. */
export const signInKeyArn = `arn:aws:kms:${defaultPlace.region}:${defaultPlace.accountId}:key/sign-in`

/** Discards the log. */
const silent: SignInTelemetry = { signIn: () => {}, storeFailed: () => {}, defect: () => {} }

export interface SignInPage extends FunctionUrl {
  /** Starts to serve the page. Before this call the address answers with an error. */
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
