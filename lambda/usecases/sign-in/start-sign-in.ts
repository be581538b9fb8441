// The button of the sign-in page: `state` is bound to this browser from now on.

import { authorizationAddress } from '../../core/sign-in/authorization-address.ts'
import {
  browserHash,
  browserPattern,
  challengeOf,
  decodeState,
  encodeState,
  signInSeconds,
} from '../../core/sign-in/state.ts'
import type { SignInDependencies } from '../../ports.ts'
import type { SignInAnswer } from './answer.ts'
import { openLink } from './open-link.ts'
import { seal, verifierOf } from './seal.ts'

export interface Pressed {
  readonly link: string
  readonly redirectUri: string
  /** The cookie that the browser has. */
  readonly browser: string | undefined
  readonly choose: boolean
}

export const startSignIn = async (
  dependencies: SignInDependencies,
  { link: text, redirectUri, browser: known, choose }: Pressed,
): Promise<SignInAnswer> => {
  const { clock, random, macs } = dependencies
  const { link, payload: linkPayload, page } = await openLink(dependencies, text)
  if (link === undefined || page !== undefined) return { page: { name: page ?? 'not-valid', link } }
  // A second tab of the same browser keeps the cookie, so that the first tab stays valid.
  const browser = known !== undefined && browserPattern.test(known) ? known : random.uuid()
  const expires = Math.floor(clock.now() / 1000) + signInSeconds
  const payload = encodeState({ id: random.uuid(), browser: browserHash(browser), expires, link: linkPayload })
  const state = decodeState(payload)
  if (state === undefined) throw new Error('the state does not decode')
  const sealedState = await seal(macs, 'state', payload)
  const challenge = challengeOf(await verifierOf(macs, payload))
  const address = authorizationAddress({ state, sealedState, redirectUri, challenge, choose })
  return { page: { name: 'leaving', link, address }, browser }
}
