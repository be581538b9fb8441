// Making a link with which the owner of an account signs in: for a connection that exists, or for an invitation.

import { connectionNamePattern, type LinkAnswer, type LinkEvent } from '../../contract.ts'
import { encodeLink, type Link, linkTag } from '../../core/sign-in/link.ts'
import { joinSealed, messageOf } from '../../core/sign-in/sealed.ts'
import type { Dependencies } from '../../ports.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { aboutConnection, aboutInvitation } from './about-link.ts'

/** @throws BootstrapRefused with class, code and remedy; StoreFailure when the store or KMS failed */
export const makeLink = async (dependencies: Dependencies, event: LinkEvent): Promise<LinkAnswer> => {
  const { connection, login } = event
  const { settings, macs, clock, random, store } = dependencies
  const { signInUrl } = settings
  if (!connectionNamePattern.test(connection)) return refuse('connection_name_not_valid')
  if (macs === undefined || signInUrl === undefined) return refuse('sign_in_off')
  const given = event.link.authorization_endpoint
  const about =
    login === undefined
      ? await aboutConnection(dependencies, connection, given)
      : await aboutInvitation(dependencies, { connection, login, given })
  const made = Math.floor(clock.now() / 1000)
  const expires = made + event.link.days * 86_400
  const link: Link = { id: random.uuid(), connection, made, expires, by: event.link.by, ...about }
  const payload = payloadOf(link)
  const mac = await macs.generate(messageOf('link', payload))
  // The tag makes every earlier link void. An invitation has its own secret for that.
  if (login === undefined) await store.tag({ room: 'grants', name: connection }, linkTag(link))
  const address = new URL(signInUrl)
  address.searchParams.set('link', joinSealed({ payload, mac }))
  return {
    connection,
    link: address.href,
    link_expires_at: new Date(expires * 1000).toISOString(),
    scope: link.scope,
    ...(link.account !== undefined && { account: link.account }),
  }
}

const payloadOf = (link: Link): string => {
  try {
    return encodeLink(link)
  } catch {
    return refuse('link_not_possible', 'The link would be too long')
  }
}
