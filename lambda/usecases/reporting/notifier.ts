// Notifies people: of every change of state once, and of no failure that passes by itself.

import { clientSecretWarningDays, type EventDetail, runbookLink, tags } from '../../contract.ts'
import { remedyFor, remedyOf } from '../../core/failures/failure-table.ts'
import { day } from '../../core/milliseconds.ts'
import { dueReminder } from '../../core/sign-in/reminder.ts'
import { type NotifiedState, notifiedValue, readNotified, wasNotified } from '../../core/tags/notified.ts'
import { expiryForPeople } from '../../core/tags/read-client-tags.ts'
import {
  type ConnectionStatus,
  type FailureState,
  isHeldByClient,
  readStatus,
  type Tags,
} from '../../core/tags/status.ts'
import type { Announcement, Dependencies, Failed, Invocation, Outcome, SecretId, StoredEntry } from '../../ports.ts'
import { announceEnding } from '../connection/announce-ending.ts'
import { eachInTime } from './in-time.ts'
import { withSignInLink } from './sign-in-link.ts'

/** An announcement, and the tag that says it was made. The tag is written afterwards, so an announcement that was lost is sent again. */
interface Notified {
  readonly announcement: Announcement
  readonly about: SecretId
  readonly tag: Tags
  /** Whether newer tags show that it was made already, or that the state is over. */
  isMade(newest: StoredEntry): boolean
}

/** Why a connection, or a client, is not refreshed. */
export type Delay = Pick<FailureState, 'class' | 'code' | 'since'> & Partial<Pick<FailureState, 'status' | 'retry'>>

interface More {
  /** When the published access token expires. */
  readonly expires: Date | undefined
  readonly remedy?: string | undefined
  /** Whether the state is from a list, which may lag. @default no */
  readonly listed?: boolean
  /** The connection with which the client was refused. */
  readonly connection?: string
}

interface Change {
  readonly name: Announcement['name']
  readonly state: NotifiedState
  readonly reason: string
  /** @default no */
  readonly listed?: boolean
}

type Detail = Omit<EventDetail, 'prefix' | 'client'>

const expiryKey = (client: string): string => `${client} expiry`

const reasonOf = ({ class: name, code }: Delay): string => `${name}:${code}`

/** Its newest tags show no failure; only a lagging list did. */
const isOver = ({ tags: all, currentVersionId }: StoredEntry): boolean =>
  readStatus(all, currentVersionId).failure === undefined

/** Adds the time of the next attempt to the remedy, if the failure passes by itself. */
const withNextAttempt = (remedy: string, { status, retry }: Delay): string =>
  status === 'retrying' && retry !== undefined ? `${remedy} Next attempt at ${retry.toISOString()}.` : remedy

/** A list lags by less than this, so a change that is not reported after this time was lost. */
const lostAfterMilliseconds = 10 * 60_000

/** Every tick finds unreported changes, so one tick does not have to keep more than this. */
const mostNotified = 2_000

export class Notifier {
  readonly #dependencies: Dependencies
  readonly #ownsClient: (client: string) => boolean
  readonly #changes = new Map<string, Notified>()

  /** @param ownsClient all shards see the same clients: whether this one announces a client; default: always */
  constructor(dependencies: Dependencies, ownsClient: (client: string) => boolean = () => true) {
    this.#dependencies = dependencies
    this.#ownsClient = ownsClient
  }

  /** Takes an entry from the list, and finds changes that should have been announced some time ago. */
  see(entry: StoredEntry, status: ConnectionStatus): void {
    const { failure } = status
    // A change of a client by another shard was not lost, so it is announced at once.
    const old = this.#now() - (entry.room === 'clients' ? 0 : lostAfterMilliseconds)
    // A failure because of the client is reported for the client.
    const own = failure !== undefined && (entry.room === 'clients' || !isHeldByClient(failure))
    const more = { expires: status.expires, listed: true }
    if (own && failure.failed.getTime() < old) this.#failed(entry, failure, more)
    if (entry.room === 'clients') this.#seeExpiry(entry)
    const ending = announceEnding(this.#dependencies, entry, status)
    if (ending !== undefined) this.#keep(`${entry.name} ending`, ending)
    if (own && entry.room === 'grants') this.#remind(entry, failure)
  }

  /** The newest outcome of a connection. */
  happened(entry: StoredEntry, outcome: Outcome): void {
    const well = outcome.kind === 'refreshed' || outcome.kind === 'published' || outcome.kind === 'fresh'
    if (well) this.#recovered(entry, 'Connection Recovered')
    if (outcome.kind !== 'failed') return
    // The tags of the connection say how long its apps can continue, also if its client is at fault.
    const { expires } = readStatus(entry.tags, entry.currentVersionId)
    this.#happened(outcome, { expires })
    if (outcome.client !== undefined) this.#happened(outcome.client, { expires, connection: entry.name })
  }

  /** A client whose connections are refreshed again. */
  clientWorks(entry: StoredEntry): void {
    this.#recovered(entry, 'Client Recovered')
  }

  /** Not refreshed for an hour, for a reason that may pass by itself. */
  delayed(entry: StoredEntry, reason: Delay): void {
    const name = entry.room === 'grants' ? 'Connection Refresh Delayed' : 'Client Refresh Delayed'
    const { expires } = readStatus(entry.tags, entry.currentVersionId)
    this.#add(entry, { name, state: 'delayed', reason: reasonOf(reason) }, this.#detailOf(entry, reason, { expires }))
  }

  /** No connection uses this client, so the expiry of its client secrets concerns none. */
  forgetExpiry(client: string): void {
    this.#changes.delete(expiryKey(client))
  }

  /** @throws StoreFailure when not everything could be announced; the next tick announces the rest */
  notify(invocation: Invocation): Promise<void> {
    return eachInTime([...this.#changes.values()], invocation, (notified) => this.#notifyOne(notified))
  }

  /** A list lags, and other shards see the same client, so its newest tags are read: it may have been announced meanwhile. */
  async #notifyOne({ announcement, about, tag, isMade }: Notified): Promise<void> {
    const { events, store, telemetry } = this.#dependencies
    const newest = await store.describe(about)
    if (newest === undefined || isMade(newest)) return
    const complete = await withSignInLink(this.#dependencies, announcement, newest)
    await events.announce([complete])
    telemetry.announced(complete)
    await store.tag(about, tag)
  }

  #now(): number {
    return this.#dependencies.clock.now()
  }

  #happened({ failure, recorded }: Failed, more: More): void {
    if (recorded === undefined || isHeldByClient(recorded.state)) return
    const { entry, state } = recorded
    this.#failed(entry, state, state.code === failure.code ? { ...more, remedy: failure.remedy } : more)
  }

  #failed(entry: StoredEntry, failure: FailureState, more: More): void {
    if (failure.status !== 'action-required') return
    const name = entry.room === 'grants' ? 'Connection Action Required' : 'Client Action Required'
    const { listed = false } = more
    const event = { name, state: 'action-required', reason: reasonOf(failure), listed } as const
    this.#add(entry, event, this.#detailOf(entry, failure, more))
  }

  #detailOf(entry: StoredEntry, failure: Delay, { expires, remedy, connection }: More): Detail {
    const ofClient = entry.room === 'clients'
    // With which connection the client was refused.
    const refused = connection ?? entry.tags[tags.probe]
    return {
      class: failure.class,
      code: failure.code,
      remedy: withNextAttempt(
        this.#remedyFor(entry, remedy ?? remedyOf(failure.class, failure.code), refused),
        failure,
      ),
      since: failure.since.toISOString(),
      ...(!ofClient && expires !== undefined && { access_token_expires_at: expires.toISOString() }),
      ...(ofClient && refused !== undefined && { connection: refused }),
      runbook: this.#runbook(failure.class),
    }
  }

  #recovered(entry: StoredEntry, name: Announcement['name']): void {
    const { state: notified } = readNotified(entry.tags[tags.told])
    if (notified === undefined || notified === 'healthy') return
    const since = new Date(this.#now()).toISOString()
    this.#add(entry, { name, state: 'healthy', reason: '' }, { since, runbook: this.#runbook('ActionRequired') })
  }

  #seeExpiry(entry: StoredEntry): void {
    const end = expiryForPeople(entry.tags, this.#now())
    if (end === undefined) return
    const expires = end.toISOString()
    const left = (end.getTime() - this.#now()) / day
    const threshold = clientSecretWarningDays.findLast((days) => left <= days)
    const warning = `${expires} ${threshold}`
    if (threshold === undefined || entry.tags[tags.clientSecretWarned] === warning) return
    const announcement: Announcement = {
      name: 'Client Secret Expiring',
      detail: {
        ...this.#subject(entry),
        class: 'client',
        code: 'client_secret_expiring',
        remedy: this.#remedyFor(entry, remedyOf('client', 'AADSTS7000222'), undefined),
        since: new Date(this.#now()).toISOString(),
        client_secret_expires_at: expires,
        runbook: this.#runbook('ClientSecretExpiring'),
      },
    }
    this.#keep(expiryKey(entry.name), {
      announcement,
      about: entry,
      tag: { [tags.clientSecretWarned]: warning },
      isMade: ({ tags: all }) => all[tags.clientSecretWarned] === warning,
    })
  }

  /** Only if people sign in by a link. Otherwise the first message is enough. */
  #remind(entry: StoredEntry, failure: FailureState): void {
    const { macs, clock } = this.#dependencies
    const mark = macs && dueReminder(entry.tags, failure, clock.now())
    if (mark === undefined) return
    const announcement: Announcement = {
      name: 'Connection Sign-In Reminder',
      detail: { ...this.#subject(entry), ...this.#detailOf(entry, failure, { expires: undefined }) },
    }
    this.#keep(`${entry.name} reminder`, {
      announcement,
      about: entry,
      tag: { [tags.reminded]: mark },
      isMade: (newest) => newest.tags[tags.reminded] === mark || isOver(newest),
    })
  }

  #keep(key: string, notified: Notified): void {
    const delayed = notified.announcement.name === 'Client Refresh Delayed'
    if (notified.about.room === 'clients' && !delayed && !this.#ownsClient(notified.about.name)) return
    if (this.#changes.has(key) || this.#changes.size < mostNotified) this.#changes.set(key, notified)
  }

  #add(entry: StoredEntry, { name, state, reason, listed = false }: Change, detail: Detail): void {
    const before = readNotified(entry.tags[tags.told])
    if (wasNotified(before, state, reason)) return
    const announcement = { name, detail: { ...this.#subject(entry), ...detail } }
    const tag = { [tags.told]: notifiedValue(before, state, reason) }
    const isMade = (newest: StoredEntry): boolean =>
      wasNotified(readNotified(newest.tags[tags.told]), state, reason) || (listed && isOver(newest))
    this.#keep(`${entry.room}/${entry.name}`, { announcement, about: entry, tag, isMade })
  }

  /** The remedy with the names for its command. */
  #remedyFor({ room, name, tags: all }: StoredEntry, remedy: string, connection: string | undefined): string {
    const ofClient = room === 'clients'
    const client = ofClient ? name : all[tags.client]
    return remedyFor({ remedy }, { connection: ofClient ? connection : name, client })
  }

  #subject({ room, name, tags: all }: StoredEntry): Pick<EventDetail, 'prefix' | 'connection' | 'client'> {
    const { prefix } = this.#dependencies.settings
    return room === 'grants' ? { prefix, connection: name, client: all[tags.client] ?? '' } : { prefix, client: name }
  }

  #runbook(heading: string): string {
    return runbookLink(this.#dependencies.settings.runbookUrl, heading)
  }
}
