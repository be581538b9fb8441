// Makes a link with which the owner of an account signs in: for an existing connection, or for an invitation.

import { connectionNamePattern, type LinkAnswer, type LinkEvent } from '../../contract.ts'
import { day } from '../../core/milliseconds.ts'
import type { Client } from '../../core/secrets/client.ts'
import { encodeLink, type Link, type LinkMark, linkTag, readLinkTag, worthOf } from '../../core/sign-in/link.ts'
import type { Dependencies, StoredEntry } from '../../ports.ts'
import { editClient } from '../client/edit-client.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { aboutConnection, aboutInvitation, type Stored, storedConnection, storedOf } from './about-link.ts'
import { seal } from './seal.ts'

/** @throws BootstrapRefused with class, code and remedy; StoreFailure when the store or KMS failed */
export const makeLink = async (dependencies: Dependencies, event: LinkEvent): Promise<LinkAnswer> => {
  const { connection, login, link: asked } = event
  if (!connectionNamePattern.test(connection)) return refuse('connection_name_not_valid')
  if (dependencies.settings.signInUrl === undefined) return refuse('sign_in_off')
  if ('again' in asked) return againFor(dependencies, connection)
  if (login !== undefined) {
    const about = await aboutInvitation(dependencies, { connection, login })
    return sealed(dependencies, { connection, ...markOf(dependencies, asked), ...about })
  }
  const { authorization_endpoint } = asked
  const known = await storedConnection(dependencies, connection)
  const stored =
    authorization_endpoint === undefined ? known : { ...known, client: at(authorization_endpoint, known.client) }
  const about = aboutConnection(dependencies, stored)
  if (authorization_endpoint !== undefined) {
    await editClient(dependencies, known.client.client_id, (client) => at(authorization_endpoint, client))
  }
  return newest(dependencies, { connection, ...markOf(dependencies, asked), ...about })
}

/** The client, whose people sign in there. */
const at = (authorization_endpoint: string, client: Client): Client => ({
  ...client,
  provider: { ...client.provider, authorization_endpoint },
})

/**
 * The link for a message: the newest one if it can be used for another day, otherwise a new one.
 *
 * @param entry as a description shows it
 * @throws BootstrapRefused, StoreFailure as `makeLink`
 */
export const linkForMessage = async (
  dependencies: Dependencies,
  entry: StoredEntry,
  days: number,
): Promise<LinkAnswer> => {
  const stored = await storedOf(dependencies, entry)
  const open = openLink(stored, dependencies.clock.now() + day)
  if (open !== undefined) return sealed(dependencies, linkOf(dependencies, entry.name, { stored, mark: open }))
  const about = aboutConnection(dependencies, stored)
  return newest(dependencies, { connection: entry.name, ...markOf(dependencies, { days, by: '' }), ...about })
}

const againFor = async (dependencies: Dependencies, connection: string): Promise<LinkAnswer> => {
  const stored = await storedConnection(dependencies, connection)
  const mark = openLink(stored, dependencies.clock.now()) ?? refuse('no_open_link')
  return sealed(dependencies, linkOf(dependencies, connection, { stored, mark }))
}

interface MarkedConnection {
  readonly stored: Stored
  readonly mark: LinkMark
}

/** The tag holds what was true when the link was made. The grant and the client have the other fields now. */
const linkOf = (dependencies: Dependencies, connection: string, { stored, mark }: MarkedConnection): Link => {
  const { replaces: _, ...about } = aboutConnection(dependencies, stored)
  return { connection, ...about, ...mark }
}

/** The newest link of a connection; undefined: none can be used at this time. */
const openLink = ({ entry }: Stored, at: number): LinkMark | undefined => {
  const mark = readLinkTag(entry.tags)
  return mark !== undefined && worthOf(mark, { entry, now: at }) === 'open' ? mark : undefined
}

const markOf = (
  { clock, random }: Dependencies,
  { days, by }: { readonly days: number; readonly by: string },
): Omit<LinkMark, 'replaces'> => {
  const made = Math.floor(clock.now() / 1000)
  return { id: random.uuid(), made, expires: made + days * 86_400, by }
}

/** Every earlier link of the connection is void from now on. An invitation has its own secret for that. */
const newest = async (dependencies: Dependencies, link: Link): Promise<LinkAnswer> => {
  const answer = await sealed(dependencies, link)
  await dependencies.store.tag({ room: 'grants', name: link.connection }, linkTag(link))
  return answer
}

const sealed = async ({ macs, settings: { signInUrl } }: Dependencies, link: Link): Promise<LinkAnswer> => {
  if (macs === undefined || signInUrl === undefined) return refuse('sign_in_off')
  const address = new URL(signInUrl)
  address.searchParams.set('link', await seal(macs, 'link', payloadOf(link)))
  return {
    connection: link.connection,
    link: address.href,
    link_expires_at: new Date(link.expires * 1000).toISOString(),
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
