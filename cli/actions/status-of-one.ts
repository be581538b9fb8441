// `status <connection>`: everything about one: its state, its client, what apps read, and its versions.

import { secretName } from '../../lambda/contract.ts'
import { findConnection } from '../aws/connection.ts'
import { describe } from '../aws/secrets.ts'
import { versionsOf } from '../aws/versions.ts'
import type { Action } from '../context.ts'
import { exitStatus } from '../exit.ts'
import { clientAsJson, connectionAsJson } from '../status/as-json.ts'
import { shownClient, shownConnection } from '../status/connection.ts'
import { type Details, detailsText, versionAsJson } from '../status/details.ts'

export const statusOfOne =
  (name: string): Action =>
  async (context) => {
    const { prefix, terminal, now } = context
    const details = await terminal.during(`Reading the status of ${name}`, async (): Promise<Details> => {
      const connection = shownConnection(await findConnection(context, name))
      const { client } = connection
      const [entry, grant, published] = await Promise.all([
        client === undefined ? undefined : describe(context, 'clients', client),
        versionsOf(context, 'grants', name),
        versionsOf(context, 'connections', name),
      ])
      const secret = secretName(prefix, 'connections', name)
      return { connection, client: entry && shownClient(entry), secret, versions: { grant, published } }
    })
    const { connection, client, secret, versions } = details
    return {
      text: detailsText(details, { ...terminal, now: now() }),
      json: {
        ...connectionAsJson(connection),
        secret,
        client_details: client === undefined ? null : clientAsJson(client),
        versions: { grant: versions.grant.map(versionAsJson), published: versions.published.map(versionAsJson) },
      },
      exitStatus:
        connection.status === 'action-required' || client?.status === 'action-required'
          ? exitStatus.actionRequired
          : exitStatus.done,
    }
  }
