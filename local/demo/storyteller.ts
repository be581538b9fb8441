// The timeline: the reported state of each connection, one line for every change.

import type { Announcement, Outcome, Telemetry, TickSummary, TokenRequestReport } from '../../lambda/ports.ts'
import type { TimelineEntry } from './report.ts'
import type { Rules } from './rules.ts'
import { day, start } from './world.ts'

export class Storyteller implements Telemetry {
  readonly timeline: TimelineEntry[] = []
  readonly refreshes = new Map<string, number>()
  readonly #states = new Map<string, string>()
  #now: () => number = () => start.getTime()
  #rules: Rules | undefined

  /** The clock and the rules are created after the telemetry, so they arrive here. */
  attach(now: () => number, rules: Rules): void {
    this.#now = now
    this.#rules = rules
  }

  tell(kind: TimelineEntry['kind'], text: string): void {
    const at = this.#now()
    this.timeline.push({ at: new Date(at).toISOString(), day: Math.floor((at - start.getTime()) / day), kind, text })
  }

  outcome(told: Parameters<Telemetry['outcome']>[0]): void {
    this.#rules?.told(JSON.stringify(told))
    const { connection, outcome } = told
    if (outcome.kind === 'refreshed') this.refreshes.set(connection, (this.refreshes.get(connection) ?? 0) + 1)
    this.#follow(connection, outcome)
  }

  defect({ error, at }: Parameters<Telemetry['defect']>[0]): void {
    throw new Error(`${error} ${at.join(' ')}`)
  }

  storeFailed(failed: Parameters<Telemetry['storeFailed']>[0]): void {
    this.#rules?.told(JSON.stringify(failed))
  }

  bootstrapped(told: Parameters<Telemetry['bootstrapped']>[0]): void {
    this.#rules?.told(JSON.stringify(told))
    if (told.failure === undefined) this.#change(told.connection, 'healthy', 'good', 'is bootstrapped')
  }

  renewal(told: Parameters<Telemetry['renewal']>[0]): void {
    this.#rules?.told(JSON.stringify(told))
  }

  tokenRequest(report: TokenRequestReport): void {
    this.#rules?.told(JSON.stringify(report))
  }

  announced(announcement: Announcement): void {
    this.#rules?.told(JSON.stringify(announcement))
    const { name, detail } = announcement
    const { connection, client, remedy } = detail
    const linked = detail.sign_in_link === undefined ? '' : ` Or forward the link to ${detail.sign_in_as}.`
    const who = connection ?? `client ${client}`
    if (name === 'Connection Action Required' || name === 'Client Action Required') {
      this.tell('action', `mail: ${who} needs a person: ${detail.class} ${detail.code}. ${remedy}${linked}`)
    } else if (name === 'Client Secret Expiring') {
      this.tell(
        'note',
        `mail: the client secret expires on ${detail.client_secret_expires_at?.slice(0, 10)}. ${remedy}`,
      )
    } else if (name === 'Connection Ending') {
      this.tell('note', `mail: ${who} ends on ${detail.ends_at?.slice(0, 10)}. ${remedy}`)
    } else if (name === 'Connection Refresh Delayed' || name === 'Client Refresh Delayed') {
      this.tell('trouble', `mail: ${who} has not been refreshed for an hour: ${detail.class} ${detail.code}`)
    } else if (name === 'Connection Sign-In Reminder') {
      this.tell('note', `mail: ${who} still waits for a sign-in. Forward the link to ${detail.sign_in_as}.`)
    } else if (name === 'Client Secret Not Renewed') {
      this.tell('action', `mail: the client secret could not be renewed: ${detail.class} ${detail.code}. ${remedy}`)
    } else if (name === 'Client Secret Renewed') {
      this.tell('good', `mail: the client secret was renewed, until ${detail.client_secret_expires_at?.slice(0, 10)}`)
    } else if (name === 'Connection Published') {
      if (detail.changed?.includes('client_secret'))
        this.tell('note', `${who} publishes another client secret: hand it on`)
    } else if (name !== 'Connection Bootstrapped') {
      this.tell('good', `mail: ${who} works again`)
    }
  }

  tick(summary: TickSummary): void {
    this.#rules?.told(JSON.stringify(summary))
  }

  #follow(connection: string, outcome: Outcome): void {
    if (outcome.kind === 'refreshed') this.#change(connection, 'healthy', 'good', 'is healthy again')
    if (outcome.kind !== 'failed') return
    const { failure, recorded } = outcome
    if (recorded?.state.status === 'retrying') {
      this.#change(connection, 'retrying', 'trouble', `is retrying: ${failure.class} ${failure.code}`)
    }
  }

  #change(connection: string, state: string, kind: TimelineEntry['kind'], text: string): void {
    if (this.#states.get(connection) === state) return
    this.#states.set(connection, state)
    this.tell(kind, `${connection} ${text}`)
  }
}
