// The return from the provider: the code becomes a login, and the bootstrap function redeems it.

import { secretName } from '../../contract.ts'
import { adminConsentAddress } from '../../core/sign-in/authorization-endpoint.ts'
import { encodeLink, type Link } from '../../core/sign-in/link.ts'
import { codeLoginName, loginOfCode } from '../../core/sign-in/login-of-code.ts'
import {
  codeOfProviderError,
  type ProviderError,
  pageOfFailure,
  pageOfProviderError,
} from '../../core/sign-in/outcome.ts'
import type { Page } from '../../core/sign-in/page.ts'
import { browserHash, decodeState } from '../../core/sign-in/state.ts'
import type { PageName } from '../../core/sign-in/texts.ts'
import type { SignInDependencies } from '../../ports.ts'
import type { SignInAnswer } from './answer.ts'
import { pageOfVoid } from './open-link.ts'
import { openSealed, seal, verifierOf } from './seal.ts'

export interface Returned {
  readonly state: string
  readonly redirectUri: string
  readonly browser: string | undefined
  readonly outcome: { readonly kind: 'code'; readonly code: string } | ({ readonly kind: 'error' } & ProviderError)
}

export const completeSignIn = async (
  dependencies: SignInDependencies,
  { state: sealed, redirectUri, browser, outcome }: Returned,
): Promise<SignInAnswer> => {
  const { clock, macs } = dependencies
  const payload = await openSealed(macs, 'state', sealed)
  const state = payload === undefined ? undefined : decodeState(payload)
  if (payload === undefined || state === undefined) return { page: { name: 'not-valid', link: undefined } }
  const { link } = state
  if (browser === undefined || browserHash(browser) !== state.browser)
    return { page: { name: 'other-browser', link: undefined } }
  if (state.expires * 1000 <= clock.now()) return { page: { name: 'expired', link } }
  const voidPage = await pageOfVoid(dependencies, link)
  if (voidPage !== undefined) return { page: { name: voidPage, link } }
  if (outcome.kind === 'error') {
    return shown(dependencies, link, { name: pageOfProviderError(outcome), code: codeOfProviderError(outcome) })
  }
  return redeem(dependencies, { link, payload, redirectUri, code: outcome.code })
}

interface Redeemable {
  readonly link: Link
  /** Of the state. */
  readonly payload: string
  readonly redirectUri: string
  readonly code: string
}

const redeem = async (
  dependencies: SignInDependencies,
  { link, payload, redirectUri, code }: Redeemable,
): Promise<SignInAnswer> => {
  const { store, macs, bootstrap, random, settings } = dependencies
  const verifier = await verifierOf(macs, payload)
  const name = codeLoginName({ link, code })
  const text = loginOfCode({ link, code, redirectUri, verifier })
  const created = await store.create({ room: 'logins', name, text, versionId: random.uuid() }, {})
  // The same code came twice: the first request redeems it.
  if (created === 'exists') return shown(dependencies, link, { name: 'try-later', code: 'login_in_use' })
  const login = secretName(settings.prefix, 'logins', name)
  const made = await bootstrap.start({ connection: link.connection, login })
  if (made.kind === 'connected') return { page: { name: 'done', link } }
  return shown(dependencies, link, { name: pageOfFailure(made), code: made.code, signedInAs: made.signedInAs })
}

const withButton: readonly PageName[] = ['other-account', 'declined']

type Shown = Pick<Page, 'name'> & { readonly code: string; readonly signedInAs?: string | undefined }

/** Adds the next step that the page offers. */
const shown = async (
  { macs }: SignInDependencies,
  link: Link,
  { name, code, signedInAs }: Shown,
): Promise<SignInAnswer> => {
  const page = { name, link, code, ...(signedInAs !== undefined && { signedInAs }) }
  if (withButton.includes(name)) {
    return { page: { ...page, again: await seal(macs, 'link', encodeLink(link)) } }
  }
  const address =
    name === 'consent-missing' ? adminConsentAddress(link.authorization_endpoint, link.client_id) : undefined
  return { page: { ...page, ...(address !== undefined && { address }) } }
}
