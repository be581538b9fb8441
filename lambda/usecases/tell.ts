// Telling people: every change of state once, and nothing that passes by itself.

import { clientSecretWarningDays, type EventDetail, runbookLink, tags } from '../contract.ts'
import { remedyOf } from '../core/failure-table.ts'
import { type ConnectionStatus, type FailureState, readStatus, type Tags } from '../core/status.ts'
import type { Announcement, Dependencies, Outcome, SecretId, StoredEntry } from '../ports.ts'

/** An announcement, and the tag that says it was made. The tag comes after: what was lost on the way is told again. */
interface Told {
  readonly announcement: Announcement
  readonly about: SecretId
  readonly tag: Tags
}

/** A listing lags by less than this, so whatever is still untold then was lost. */
const lostAfterMilliseconds = 10 * 60_000
const day = 86_400_000

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
    if (failure !== undefined && failure.failed.getTime() < old) this.#failed(entry, failure, status)
    if (entry.room === 'clients') this.#seeExpiry(entry)
  }

  /** What has just happened to a connection. */
  happened(entry: StoredEntry, outcome: Outcome): void {
    if (outcome.kind === 'refreshed') this.#recovered(entry, 'Connection Recovered')
    if (outcome.kind !== 'failed' || outcome.state === undefined || outcome.entry === undefined) return
    const newest = outcome.entry
    // The tags of the connection say how long its apps can go on, also when its client is at fault.
    if (outcome.changed) this.#failed(newest, outcome.state, readStatus(entry.tags, entry.currentVersionId))
  }

  /** A client whose connections are refreshed again. */
  clientWorks(entry: StoredEntry): void {
    this.#recovered(entry, 'Client Recovered')
  }

  /** @throws StoreFailure when not everything could be told; the next tick tells it again */
  async tell(): Promise<void> {
    const all = [...this.#told.values()]
    if (all.length === 0) return
    const { events, store, telemetry } = this.#dependencies
    await events.announce(all.map(({ announcement }) => announcement))
    for (const { announcement, about, tag } of all) {
      telemetry.announced(announcement)
      await store.tag(about, tag)
    }
  }

  #now(): number {
    return this.#dependencies.clock.now()
  }

  #failed(entry: StoredEntry, failure: FailureState, { expires }: ConnectionStatus): void {
    if (failure.status !== 'action-required' || entry.tags[tags.told] === 'action-required') return
    const connection = entry.room === 'grants'
    // Told once, of the client; only a client that is not stored has nothing to be told of.
    if (connection && failure.class === 'client' && failure.code !== 'client_not_known') return
    this.#add(entry, connection ? 'Connection Action Required' : 'Client Action Required', 'action-required', {
      class: failure.class,
      code: failure.code,
      remedy: remedyOf(failure.class, failure.code),
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
    this.#told.set(`${entry.name} expiry`, {
      announcement,
      about: entry,
      tag: { [tags.clientSecretWarned]: warning },
    })
  }

  #add(
    entry: StoredEntry,
    name: Announcement['name'],
    told: 'action-required' | 'healthy',
    detail: Omit<EventDetail, 'prefix' | 'client'>,
  ): void {
    const announcement = { name, detail: { ...this.#subject(entry), ...detail } }
    this.#told.set(`${entry.room}/${entry.name}`, { announcement, about: entry, tag: { [tags.told]: told } })
  }

  #subject({ room, name, tags: all }: StoredEntry): Pick<EventDetail, 'prefix' | 'connection' | 'client'> {
    const { prefix } = this.#dependencies.settings
    return room === 'grants' ? { prefix, connection: name, client: all[tags.client] ?? '' } : { prefix, client: name }
  }

  #runbook(heading: string): string {
    return runbookLink(this.#dependencies.settings.runbookUrl, heading)
  }
}
