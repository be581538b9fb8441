// `status <connection>`: everything about one: its state, its client, what apps read, and its versions.

import { type LinkAnswer, secretName } from '../../lambda/contract.ts'
import { readLinkTag, worthOf } from '../../lambda/core/sign-in/link.ts'
import { findConnection } from '../aws/connection.ts'
import { invokeLink } from '../aws/invoke.ts'
import { describe, type Entry } from '../aws/secrets.ts'
import { versionsOf } from '../aws/versions.ts'
import type { Action, Context } from '../context.ts'
import { exitStatus } from '../exit.ts'
import { clientAsJson, connectionAsJson } from '../status/as-json.ts'
import { shownClient, shownConnection } from '../status/connection.ts'
import { type Details, detailsText, versionAsJson } from '../status/details.ts'

/** The newest link to sign in, while it can be used. The bootstrap function makes it again, for a tag holds no link. */
const openLink = async (context: Context, { name, tags, currentVersionId }: Entry): Promise<LinkAnswer | undefined> => {
  const mark = readLinkTag(tags)
  if (mark === undefined || worthOf(mark, { entry: { tags, currentVersionId }, now: context.now() }) !== 'open')
    return undefined
  try {
    return await invokeLink(context, { connection: name, link: { again: true } })
  } catch {
    context.interrupted.throwIfAborted()
    // Everything else of the connection is still worth showing.
    return undefined
  }
}

export const statusOfOne =
  (name: string): Action =>
  async (context) => {
    const { prefix, terminal, now } = context
    const details = await terminal.during(`Reading the status of ${name}`, async (): Promise<Details> => {
      const found = await findConnection(context, name)
      const connection = shownConnection(found)
      const { client } = connection
      const [entry, grant, published, link] = await Promise.all([
        client === undefined ? undefined : describe(context, 'clients', client),
        versionsOf(context, 'grants', name),
        versionsOf(context, 'connections', name),
        openLink(context, found),
      ])
      const secret = secretName(prefix, 'connections', name)
      return { connection, client: entry && shownClient(entry), secret, link, versions: { grant, published } }
    })
    const { connection, client, secret, link, versions } = details
    return {
      text: detailsText(details, { ...terminal, now: now() }),
      json: {
        ...connectionAsJson(connection),
        secret,
        sign_in_link: link?.link ?? null,
        sign_in_link_expires_at: link?.link_expires_at ?? null,
        client_details: client === undefined ? null : clientAsJson(client),
        versions: { grant: versions.grant.map(versionAsJson), published: versions.published.map(versionAsJson) },
      },
      exitStatus:
        connection.status === 'action-required' || client?.status === 'action-required'
          ? exitStatus.actionRequired
          : exitStatus.done,
    }
  }
