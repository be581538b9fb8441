// Telling people: every change of state once, and nothing that passes by itself.

import pLimit from 'p-limit'
import { clientSecretWarningDays, type EventDetail, runbookLink, tags } from '../contract.ts'
import { remedyOf } from '../core/failure-table.ts'
import { type ConnectionStatus, type FailureState, isGoverned, readStatus, type Tags } from '../core/status.ts'
import {
  type Announcement,
  type Dependencies,
  type Invocation,
  type Outcome,
  type SecretId,
  type StoredEntry,
  StoreFailure,
} from '../ports.ts'

/** An announcement, and the tag that says it was made. The tag comes after: what was lost on the way is told again. */
interface Told {
  readonly announcement: Announcement
  readonly about: SecretId
  readonly tag: Tags
}

/** A listing lags by less than this, so whatever is still untold then was lost. */
const lostAfterMilliseconds = 10 * 60_000
const day = 86_400_000

/** Whatever is not told by then is told in the next tick. */
const tellingMilliseconds = 10_000
const atOnce = 8

/** What is untold is told again by every tick, so that no more than this has to be kept in one. */
const mostTold = 2_000

export class Teller {
  readonly #dependencies: Dependencies
  readonly #told = new Map<string, Told>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** As listed: what should have been told of it a while ago. */
  see(entry: StoredEntry, status: ConnectionStatus): void {
    const { failure } = status
    const old = this.#now() - lostAfterMilliseconds
    // A connection that its client governs is told of with its client.
    const own = failure !== undefined && (entry.room === 'clients' || !isGoverned(failure))
    if (own && failure.failed.getTime() < old) this.#failed(entry, failure, { expires: status.expires })
    if (entry.room === 'clients') this.#seeExpiry(entry)
  }

  /** What has just happened to a connection. */
  happened(entry: StoredEntry, outcome: Outcome): void {
    const well = outcome.kind === 'refreshed' || outcome.kind === 'published' || outcome.kind === 'fresh'
    if (well) this.#recovered(entry, 'Connection Recovered')
    if (outcome.kind !== 'failed' || outcome.state === undefined || outcome.entry === undefined) return
    const { state, failure } = outcome
    const remedy = state.code === failure.code ? failure.remedy : undefined
    // The tags of the connection say how long its apps can go on, also when its client is at fault.
    const { expires } = readStatus(entry.tags, entry.currentVersionId)
    if (outcome.changed) this.#failed(outcome.entry, state, { expires, remedy })
  }

  /** A client whose connections are refreshed again. */
  clientWorks(entry: StoredEntry): void {
    this.#recovered(entry, 'Client Recovered')
  }

  /** @throws StoreFailure when not everything could be told; the next tick tells it again */
  async tell(invocation: Invocation): Promise<void> {
    const limit = pLimit(atOnce)
    const failures: StoreFailure[] = []
    const one = async (told: Told): Promise<void> => {
      if (invocation.remainingMilliseconds() < tellingMilliseconds) return
      try {
        await this.#tellOne(told)
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error
        failures.push(error)
      }
    }
    await Promise.all([...this.#told.values()].map((told) => limit(one, told)))
    const [first] = failures
    if (first !== undefined) throw first
  }

  /** A listing lags, and other shards see the same client: its newest tags say whether it has been told meanwhile. */
  async #tellOne({ announcement, about, tag }: Told): Promise<void> {
    const { events, store, telemetry } = this.#dependencies
    const newest = await store.describe(about)
    if (newest === undefined || Object.entries(tag).every(([key, value]) => newest.tags[key] === value)) return
    await events.announce([announcement])
    telemetry.announced(announcement)
    await store.tag(about, tag)
  }

  #now(): number {
    return this.#dependencies.clock.now()
  }

  #failed(
    entry: StoredEntry,
    failure: FailureState,
    { expires, remedy }: { expires: Date | undefined; remedy?: string | undefined },
  ): void {
    if (failure.status !== 'action-required' || entry.tags[tags.told] === 'action-required') return
    const connection = entry.room === 'grants'
    this.#add(entry, connection ? 'Connection Action Required' : 'Client Action Required', 'action-required', {
      class: failure.class,
      code: failure.code,
      remedy: remedy ?? remedyOf(failure.class, failure.code),
      since: failure.since.toISOString(),
      ...(connection && expires !== undefined ? { access_token_expires_at: expires.toISOString() } : {}),
      runbook: this.#runbook(failure.class),
    })
  }

  #recovered(entry: StoredEntry, name: Announcement['name']): void {
    if (entry.tags[tags.told] !== 'action-required') return
    const since = new Date(this.#now()).toISOString()
    this.#add(entry, name, 'healthy', { since, runbook: this.#runbook('ActionRequired') })
  }

  #seeExpiry(entry: StoredEntry): void {
    const expires = entry.tags[tags.clientSecretExpires] ?? ''
    const left = (Date.parse(expires) - this.#now()) / day
    const threshold = clientSecretWarningDays.findLast((days) => left <= days)
    const warning = `${expires} ${threshold}`
    if (threshold === undefined || entry.tags[tags.clientSecretWarned] === warning) return
    const announcement: Announcement = {
      name: 'Client Secret Expiring',
      detail: {
        ...this.#subject(entry),
        class: 'client',
        code: 'client_secret_expiring',
        remedy: 'Create a new client secret in the app registration and store it beside the old one.',
        since: new Date(this.#now()).toISOString(),
        client_secret_expires_at: expires,
        runbook: this.#runbook('ClientSecretExpiring'),
      },
    }
    this.#keep(`${entry.name} expiry`, {
      announcement,
      about: entry,
      tag: { [tags.clientSecretWarned]: warning },
    })
  }

  #keep(key: string, told: Told): void {
    if (this.#told.has(key) || this.#told.size < mostTold) this.#told.set(key, told)
  }

  #add(
    entry: StoredEntry,
    name: Announcement['name'],
    told: 'action-required' | 'healthy',
    detail: Omit<EventDetail, 'prefix' | 'client'>,
  ): void {
    const announcement = { name, detail: { ...this.#subject(entry), ...detail } }
    this.#keep(`${entry.room}/${entry.name}`, { announcement, about: entry, tag: { [tags.told]: told } })
  }

  #subject({ room, name, tags: all }: StoredEntry): Pick<EventDetail, 'prefix' | 'connection' | 'client'> {
    const { prefix } = this.#dependencies.settings
    return room === 'grants' ? { prefix, connection: name, client: all[tags.client] ?? '' } : { prefix, client: name }
  }

  #runbook(heading: string): string {
    return runbookLink(this.#dependencies.settings.runbookUrl, heading)
  }
}
