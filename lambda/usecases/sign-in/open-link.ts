// Reads the link of a browser, and checks whether it can be used now. Changes nothing.

import { decodeLink, type Link, worthOf } from '../../core/sign-in/link.ts'
import { pageOfWorth } from '../../core/sign-in/outcome.ts'
import type { PageName } from '../../core/sign-in/texts.ts'
import type { SignInDependencies } from '../../ports.ts'
import { openSealed } from './seal.ts'

export interface OpenLink {
  readonly link: Link | undefined
  readonly payload: string
  /** Why it cannot be used; undefined: it can. */
  readonly page: PageName | undefined
}

export const openLink = async (dependencies: SignInDependencies, text: string): Promise<OpenLink> => {
  const payload = await openSealed(dependencies.macs, 'link', text)
  const link = payload === undefined ? undefined : decodeLink(payload)
  if (payload === undefined || link === undefined) return { link: undefined, payload: '', page: 'not-valid' }
  return { link, payload, page: await pageOfVoid(dependencies, link) }
}

/** Why a link cannot be used now; undefined: it can. */
export const pageOfVoid = async ({ store, clock }: SignInDependencies, link: Link): Promise<PageName | undefined> => {
  const now = clock.now()
  const invitation =
    link.invitation === undefined ? undefined : await store.describe({ room: 'logins', name: link.invitation })
  if (invitation !== undefined) return pageOfWorth(worthOf(link, { entry: undefined, invitation, now }))
  const entry = await store.describe({ room: 'grants', name: link.connection })
  return pageOfWorth(worthOf(link, { entry, now }))
}
