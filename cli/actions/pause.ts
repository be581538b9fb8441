// `pause` and `resume`: a tag on the grant secret that the refresher obeys. Only an operator writes the tag.

import { type statuses, tags } from '../../lambda/contract.ts'
import { findConnection } from '../aws/connection.ts'
import type { Entry } from '../aws/secrets.ts'
import type { Action, Context } from '../context.ts'
import { connectionAsJson } from '../status/as-json.ts'
import { type ShownConnection, shownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'

export const pause =
  (names: readonly string[]): Action =>
  async (context) => {
    const entries = await findAll(context, names)
    const since = new Date(context.now()).toISOString()
    for (const { arn } of entries) await tag(context, arn, since)
    const paused = entries.map((entry) => ({ ...shownConnection(entry), status: 'paused' as const, next: undefined }))
    return {
      text: paused.map((one) => pausedLine(one, context)).join('\n'),
      json: { paused: paused.map(connectionAsJson) },
    }
  }

export const resume =
  (names: readonly string[]): Action =>
  async (context) => {
    const entries = await findAll(context, names)
    for (const entry of entries) await untag(context, entry)
    return {
      text: entries
        .map(
          ({ name }) =>
            `${name} is resumed; the next tick refreshes it if it is due. To refresh it now: token-refresher refresh ${name}`,
        )
        .join('\n'),
      json: { resumed: entries.map((entry) => connectionAsJson(resumed(entry))) },
    }
  }

/** The status that its tags have without the pause. */
const resumed = (entry: Entry): ShownConnection => {
  const { [tags.paused]: _, ...rest } = entry.tags
  return shownConnection({ ...entry, tags: rest })
}

const findAll = async (context: Context, names: readonly string[]): Promise<readonly Entry[]> => {
  const entries: Entry[] = []
  for (const name of new Set(names)) entries.push(await findConnection(context, name))
  return entries
}

const tag = async (context: Context, SecretId: string, since: string): Promise<void> => {
  const client = await context.aws.secretsManager()
  const { TagResourceCommand } = await import('@aws-sdk/client-secrets-manager')
  const Tags = [{ Key: tags.paused, Value: since }]
  await client.send(new TagResourceCommand({ SecretId, Tags }), { abortSignal: context.interrupted })
}

/** The status tag is for people, and may say `paused` because a person has written it there. */
const untag = async (context: Context, entry: Entry): Promise<void> => {
  const client = await context.aws.secretsManager()
  const { UntagResourceCommand } = await import('@aws-sdk/client-secrets-manager')
  const pausedByStatus = entry.tags[tags.status] === ('paused' satisfies (typeof statuses)[number])
  const TagKeys = [tags.paused, ...(pausedByStatus ? [tags.status] : [])]
  await client.send(new UntagResourceCommand({ SecretId: entry.arn, TagKeys }), { abortSignal: context.interrupted })
}

const pausedLine = ({ name, refreshBy }: ShownConnection, { now }: Context): string => {
  const dies =
    refreshBy === undefined ? '' : ` Its refresh token dies ${fromNow(refreshBy, now())} if it is not resumed before.`
  return `${name} is paused: apps continue to read the published values, which are not renewed.${dies}`
}
