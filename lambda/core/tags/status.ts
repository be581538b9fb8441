// A connection's status in the tags of its grant: written by the functions, and never trusted when read.

import { hash } from 'node:crypto'
import {
  type FailureClass,
  failureClasses,
  type Mode,
  modes,
  pauseIsOver,
  type Status,
  type Timing,
  tags,
  tickSlackMinutes,
} from '../../contract.ts'
import { dueAt } from '../due.ts'
import { clientName } from '../secrets/client.ts'
import type { Grant } from '../secrets/grant.ts'
import { hintTags } from './hints.ts'
import { readTime } from './tag-time.ts'

export type Tags = Readonly<Record<string, string>>

/** The record of the newest failure. */
export interface FailureState {
  readonly status: 'retrying' | 'action-required'
  readonly class: FailureClass
  readonly code: string
  /** In a row. */
  readonly failures: number
  /** How many of them were refusals by the provider. */
  readonly refusals: number
  /** `client`: refused because of the client. `held`: its client is at fault, and the client's record has the time of the next attempt. */
  readonly concerns: 'connection' | 'client' | 'held'
  readonly failed: Date
  /** When the first in the row happened. */
  readonly since: Date
  /** Next attempt. */
  readonly retry: Date
}

/** Whether its client is at fault. The client's own record then has the time of the next attempt. */
export const isHeldByClient = ({ concerns }: FailureState): boolean => concerns === 'held'

export interface ConnectionStatus {
  readonly status: Status
  /** Last part of the client secret's name. */
  readonly client: string | undefined
  /** The seal does not confirm the tags of a success, so `client` and `refreshed` may be wrong. @default no */
  readonly doubtful?: boolean
  readonly mode: Mode | undefined
  readonly refreshed: Date | undefined
  readonly expires: Date | undefined
  readonly refreshBy: Date | undefined
  /** Next attempt; undefined if the tags cannot be trusted, so the connection is read now. */
  readonly next: Date | undefined
  /** Undefined if the newest event was a success. */
  readonly failure: FailureState | undefined
}

const successKeys = [tags.client, tags.mode, tags.refreshed, tags.expires, tags.refreshBy, tags.due]
const failureKeys = [tags.failed, tags.since, tags.reason, tags.failures, tags.retry]
/** Added later than the keys above: part of the seal only if present, so that an older seal is still valid. */
const addedFailureKeys = [tags.refusals, tags.concerns]

/** Ties a group of tags to the version they describe, so that a stale or edited tag is noticed. */
const seal = (all: Tags, keys: readonly string[], versionId: string): string =>
  hash('sha256', [versionId, ...keys.map((key) => all[key] ?? '')].join('\n'), 'base64url').slice(0, 16)

export const successTags = (connection: string, grant: Grant, versionId: string, timing: Timing): Tags => {
  const group: Tags = {
    [tags.client]: clientName(grant.client_id),
    [tags.mode]: grant.mode,
    [tags.refreshed]: grant.refreshed_at.toISOString(),
    [tags.expires]: grant.expires_at.toISOString(),
    [tags.refreshBy]: grant.refresh_by.toISOString(),
    [tags.due]: dueAt(grant, timing).toISOString(),
  }
  return {
    [tags.connection]: connection,
    [tags.status]: 'healthy',
    ...group,
    ...hintTags(grant),
    [tags.seal]: seal(group, successKeys, versionId),
  }
}

/** Of a connection, on its grant secret; of a client, on its own. */
export const failureTags = (failure: FailureState, versionId: string): Tags => {
  const group: Tags = {
    [tags.failed]: failure.failed.toISOString(),
    [tags.since]: failure.since.toISOString(),
    [tags.reason]: `${failure.class} ${failure.code}`,
    [tags.failures]: String(failure.failures),
    [tags.retry]: failure.retry.toISOString(),
    [tags.refusals]: String(failure.refusals),
    [tags.concerns]: failure.concerns,
  }
  return {
    [tags.status]: failure.status,
    ...group,
    [tags.failureSeal]: failureSeal(group, failure.status, versionId),
  }
}

const failureSeal = (all: Tags, status: string, versionId: string): string => {
  const added = addedFailureKeys.filter((key) => all[key] !== undefined)
  return seal({ ...all, [tags.status]: status }, [...failureKeys, ...added, tags.status], versionId)
}

/** The tags of a client that works again: every failure before `now` is over. */
export const recoveredTags = (now: Date): Tags => ({ [tags.refreshed]: now.toISOString(), [tags.status]: 'healthy' })

/** @param versionId the version that is AWSCURRENT now, if known */
export const readStatus = (all: Tags, versionId: string | undefined): ConnectionStatus => {
  const success = readSuccess(all)
  const sealed = versionId !== undefined && all[tags.seal] === seal(all, successKeys, versionId)
  const failure = versionId === undefined ? undefined : readFailure(all, versionId, success.refreshed)
  const paused = isPause(all[tags.paused]) || all[tags.status] === 'paused'
  return {
    ...success,
    ...(!sealed && { doubtful: true }),
    status: paused ? 'paused' : (failure?.status ?? 'healthy'),
    next: failure?.retry ?? (sealed ? success.due : undefined),
    failure,
  }
}

const negatives: readonly string[] = [pauseIsOver, 'false', '0', 'off']

/** Every value except a clear no is a pause, also an empty one: the operator wants no request. */
const isPause = (text: string | undefined): boolean =>
  text !== undefined && !negatives.includes(text.trim().toLowerCase())

/**
 * When the refresher has to read it next; undefined: now. Times ahead of the clock are not trusted, because then
 * a clock was wrong when they were written.
 */
export const nextLook = ({ next, refreshed, failure }: ConnectionStatus, now: number): Date | undefined => {
  const newest = Math.max(refreshed?.getTime() ?? 0, failure?.failed.getTime() ?? 0)
  return newest > now + tickSlackMinutes * 60_000 ? undefined : next
}

/** Tags that cannot be trusted have no next attempt: the connection is read now. */
export const isDue = (status: ConnectionStatus, now: number): boolean => {
  const next = nextLook(status, now)
  return status.status !== 'paused' && (next === undefined || next.getTime() <= now)
}

const readSuccess = (all: Tags) => ({
  client: all[tags.client],
  mode: modes.find((mode) => mode === all[tags.mode]),
  refreshed: readTime(all[tags.refreshed]),
  expires: readTime(all[tags.expires]),
  refreshBy: readTime(all[tags.refreshBy]),
  due: readTime(all[tags.due]),
})

const readFailure = (all: Tags, versionId: string, refreshed: Date | undefined): FailureState | undefined => {
  const failed = readTime(all[tags.failed])
  if (all[tags.failureSeal] === undefined || !failed || (refreshed !== undefined && refreshed >= failed))
    return undefined
  // A slower success may have overwritten the status tag. The seal shows which status was meant.
  const sealed = (one: string) => all[tags.failureSeal] === failureSeal(all, one, versionId)
  const status = (['retrying', 'action-required'] as const).find(sealed)
  const since = readTime(all[tags.since])
  const retry = readTime(all[tags.retry])
  const [classText, code] = (all[tags.reason] ?? '').split(' ')
  const failureClass = failureClasses.find((one) => one === classText)
  if (!status || !since || !retry || !failureClass || !code) return undefined
  const base = { status, class: failureClass, code, failures: readCount(all[tags.failures]) ?? 1, failed, since, retry }
  return { ...base, refusals: readCount(all[tags.refusals]) ?? refusalsBefore(base), concerns: concernsIn(all, base) }
}

type Before = Omit<FailureState, 'refusals' | 'concerns'>

/** The tags are from a version of this project that did not count refusals. */
const refusalsBefore = ({ status, class: name }: Before): number => {
  if (status === 'action-required') return 2
  return isRetryableClass(name) ? 0 : 1
}

const concernsIn = (all: Tags, { class: name, code, retry, failed }: Before): FailureState['concerns'] => {
  const text = all[tags.concerns]
  if (text === 'client' || text === 'held' || text === 'connection') return text
  // The tags are from a version without this tag: a connection held by its client was due again at once.
  const held = name === 'client' && code !== 'client_not_known' && retry.getTime() === failed.getTime()
  return held ? 'held' : 'connection'
}

/** The failure passes by itself, and is no evidence against connection or client. */
export const isRetryableClass = (name: FailureClass): boolean => name === 'transient' || name === 'throttled'

const readCount = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
