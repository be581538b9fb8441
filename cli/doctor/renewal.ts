// Client secrets that renew themselves: Microsoft still lets them, none is overdue, and every app gets the new one.

import type { ClientRefusal } from '../../lambda/contract.ts'
import { remedyFor, withNames } from '../../lambda/core/failures/failure-table.ts'
import { invokeRenewal } from '../aws/invoke.ts'
import { isPassing } from '../aws/refusal.ts'
import type { Context } from '../context.ts'
import { type ShownClient, shownClient, shownConnection } from '../status/connection.ts'
import { isOverdue, type ShownRenewal } from '../status/renewal.ts'
import { fromNow } from '../terminal/times.ts'
import { attention, type Check, counted, type Finding, some, well } from './check.ts'
import type { Rooms } from './rooms.ts'

interface Renewing {
  readonly name: string
  readonly renewal: ShownRenewal
}

export const renewal: Check = {
  name: 'renewal',
  look: async (context, rooms) => {
    const renewing = (await rooms.clients()).map(shownClient).filter(isRenewing)
    if (renewing.length === 0) return well('no client secret renews itself')
    const refusals = await refusalsOf(context, renewing)
    return (
      refusedNow(refusals.filter(({ refused }) => !isPassing(refused))) ??
      failed(renewing) ??
      overdue(renewing, context) ??
      (await keepingOld(renewing, rooms)) ??
      notReached(refusals) ??
      well(`${counted(renewing.length, 'client')}, ${next(renewing, context)}`)
    )
  },
}

const isRenewing = (client: ShownClient): client is ShownClient & Renewing => client.renewal !== undefined

/** One after the other: a person waits, and the function has few instances. */
const refusalsOf = async (context: Context, renewing: readonly Renewing[]): Promise<readonly ClientRefusal[]> => {
  const refusals: ClientRefusal[] = []
  for (const { name } of renewing) {
    const answer = await invokeRenewal(context, { client: name, renewal: 'check' })
    if ('refused' in answer) refusals.push(answer)
  }
  return refusals
}

const refusedNow = (refusals: readonly ClientRefusal[]): Finding | undefined => {
  const [first] = refusals
  if (first === undefined) return undefined
  const all = refusals.map(({ client, refused }) => `${client} (${refused.class} ${refused.code})`)
  return attention(`refused: ${some(all)}`, first.refused.remedy)
}

/** The hourly run has met what a question does not meet, such as a policy about new client secrets. */
const failed = (renewing: readonly Renewing[]): Finding | undefined => {
  const all = renewing.flatMap(({ name, renewal: { failure } }) => (failure === undefined ? [] : [{ name, failure }]))
  const [first] = all
  if (first === undefined) return undefined
  const names = all.map(({ name, failure }) => `${name} (${failure.class} ${failure.code})`)
  return attention(`not renewed: ${some(names)}`, remedyFor(first.failure, { client: first.name }))
}

const overdue = (renewing: readonly Renewing[], { now, prefix }: Context): Finding | undefined => {
  const late = renewing.filter((one) => isOverdue(one.renewal, now()))
  if (late.length === 0) return undefined
  return attention(
    `overdue: ${some(late.map((one) => `${one.name} (${due(one, now())})`))}`,
    `Look for the hourly runs and their failures with: aws logs tail /aws/lambda/${prefix}-bootstrap --since 1d`,
  )
}

const due = ({ renewal: { due: time } }: Renewing, now: number): string =>
  time.getTime() === 0 ? 'expiry not known' : `due ${fromNow(time, now)}`

/** What apps read changes with a refresh, and a paused connection has none. */
const keepingOld = async (renewing: readonly Renewing[], rooms: Rooms): Promise<Finding | undefined> => {
  const names = new Set(renewing.map(({ name }) => name))
  const kept = (await rooms.grants())
    .map(shownConnection)
    .filter(({ status, client }) => status === 'paused' && client !== undefined && names.has(client))
    // Not known: paused since before the tag was written.
    .filter(({ publish }) => publish !== 'access_token')
    .map(({ name }) => name)
  if (kept.length === 0) return undefined
  const remedy = 'Resume each before its old client secret expires: token-refresher resume <connection>'
  const only = kept.length === 1 ? kept[0] : undefined
  return attention(
    `paused, and so without the next client secret: ${some(kept)}`,
    withNames(remedy, { connection: only }),
  )
}

/** Passes by itself, and says nothing about the rights of the app. */
const notReached = ([first]: readonly ClientRefusal[]): Finding | undefined =>
  first && {
    state: 'unknown',
    found: `not checked: ${first.client} (${first.refused.class} ${first.refused.code})`,
    remedy: 'Run token-refresher doctor again in some minutes; the hourly runs try again by themselves.',
  }

const next = (renewing: readonly Renewing[], { now }: Context): string => {
  const trying = renewing.filter(({ renewal: { tryingSince } }) => tryingSince !== undefined).map(({ name }) => name)
  if (trying.length > 0) return `a new client secret is being tried: ${some(trying)}`
  const first = new Date(Math.min(...renewing.map((one) => one.renewal.due.getTime())))
  return first.getTime() <= now()
    ? 'the next is due in the next hourly run'
    : `the next is due ${fromNow(first, now())}`
}
