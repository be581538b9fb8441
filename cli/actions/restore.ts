// `restore`: the secrets of removed connections. The grant last: with it the refresher publishes again.

import { type Room, secretName } from '../../lambda/contract.ts'
import { checkName, unknownConnection } from '../aws/connection.ts'
import { copying, copyRegions } from '../aws/copies.ts'
import { describeRemoved, type Entry, list } from '../aws/secrets.ts'
import type { Action, Context } from '../context.ts'
import { connectionAsJson } from '../status/as-json.ts'
import { type ShownConnection, shownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'

const order = ['connections', 'grants'] as const satisfies readonly Room[]

export const restore =
  (names: readonly string[]): Action =>
  async (context) => {
    for (const name of names) checkName(name)
    // Looks for all names before it restores the first connection, so a mistyped name changes nothing.
    const grants: Entry[] = []
    for (const name of new Set(names)) grants.push(await findRemoved(context, name))
    for (const grant of grants) await bringBack(context, grant)
    const restored = grants.map(shownConnection)
    const removed = grants.filter((grant) => grant.removed)
    const regions = removed.length === 0 ? [] : await copyRegions(context)
    return {
      text: [...restored.map((one) => line(one, context)), ...copies(context, removed, regions)].join('\n'),
      json: { restored: restored.map(connectionAsJson) },
    }
  }

/** Of a connection that exists in part, restores what is missing. */
const findRemoved = async (context: Context, name: string): Promise<Entry> => {
  const grant = await describeRemoved(context, 'grants', name)
  if (grant !== undefined) return grant
  const names: string[] = []
  for await (const entry of list(context, ['grants'], { removed: true })) if (entry.removed) names.push(entry.name)
  throw await unknownConnection(context, name, names)
}

const bringBack = async (context: Context, { name }: Entry): Promise<void> => {
  const client = await context.aws.secretsManager()
  const { RestoreSecretCommand } = await import('@aws-sdk/client-secrets-manager')
  for (const room of order) {
    const entry = await describeRemoved(context, room, name)
    // Ctrl-C does not stop this halfway.
    if (entry?.removed)
      await client.send(new RestoreSecretCommand({ SecretId: secretName(context.prefix, room, name) }))
  }
}

/** The removal deleted the copies at once and for good. */
const copies = ({ prefix }: Context, grants: readonly Entry[], regions: readonly string[]): readonly string[] =>
  regions.length === 0
    ? []
    : [
        'Apps in other Regions find nothing until the copies are made again with:',
        ...grants.map(({ name }) => `  ${copying(secretName(prefix, 'connections', name), regions)}`),
      ]

const line = ({ name, refreshBy }: ShownConnection, { now }: Context): string =>
  refreshBy !== undefined && refreshBy.getTime() <= now()
    ? `${name} is restored, but its refresh token has died ${fromNow(refreshBy, now())}. Sign in again with token-refresher bootstrap ${name}`
    : `${name} is restored; the next tick refreshes it if it is due. To refresh it now: token-refresher refresh ${name}`
