// Sealing and opening what a browser carries between requests: a link or a state, with a MAC of our key.

import { base64url, joinSealed, messageOf, type Purpose, splitSealed } from '../../core/sign-in/sealed.ts'
import type { Macs } from '../../ports.ts'

/** @throws StoreFailure when KMS failed */
export const seal = async (macs: Macs, purpose: Purpose, payload: string): Promise<string> =>
  joinSealed({ payload, mac: await macs.generate(messageOf(purpose, payload)) })

/**
 * @returns its payload; undefined when our key did not make it for this purpose
 * @throws StoreFailure when KMS failed
 */
export const openSealed = async (macs: Macs, purpose: Purpose, text: string): Promise<string | undefined> => {
  const sealed = splitSealed(text)
  if (sealed === undefined) return undefined
  return (await macs.verify(messageOf(purpose, sealed.payload), sealed.mac)) ? sealed.payload : undefined
}

/** The PKCE verifier of a state: only a holder of the key can derive it, and nothing has to be stored for it. */
export const verifierOf = async (macs: Macs, statePayload: string): Promise<string> =>
  base64url(await macs.generate(messageOf('verifier', statePayload)))
