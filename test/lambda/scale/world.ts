// Tens of thousands of connections in one process: ports over plain maps, on a clock that jumps to the next waiting process.

import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { defaultTiming, longestTickSeconds, type Room } from '../../../lambda/contract.ts'
import { type Client, encodeClient } from '../../../lambda/core/secrets/client.ts'
import { decodeGrant, encodeGrant, type Grant } from '../../../lambda/core/secrets/grant.ts'
import { encodePublished } from '../../../lambda/core/secrets/published.ts'
import type { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { clientTags } from '../../../lambda/core/tags/client-tags.ts'
import { successTags, type Tags } from '../../../lambda/core/tags/status.ts'
import type { Clock, Dependencies, SecretId, StoredVersion, TokenEndpoint } from '../../../lambda/ports.ts'
import { refreshConnections } from '../../../lambda/usecases/refresh-connections.ts'
import { refusingDependencies } from '../../support/core-refusing.ts'
import { day, hour, minute, sampleClient, sampleGrant, sampleTokens } from '../../support/core-samples.ts'
import { silentTelemetry } from './silent-telemetry.ts'

interface Stored {
  version: StoredVersion
  tags: Tags
}

/** Time passes only while all processes wait, and then to the first due. */
export class JumpingClock implements Clock {
  #now: number
  readonly #waiting: { readonly at: number; readonly wake: () => void }[] = []
  #running = false

  constructor(start: Date) {
    this.#now = start.getTime()
  }

  now(): number {
    return this.#now
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }

  wait(milliseconds: number): Promise<void> {
    const at = this.#now + milliseconds
    const { promise, resolve } = Promise.withResolvers<void>()
    const place = this.#waiting.findIndex((one) => one.at > at)
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, { at, wake: resolve })
    void this.#run()
    return promise
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    while (this.#waiting.length > 0) {
      await setImmediate()
      const first = this.#waiting.shift()
      if (first === undefined) break
      this.#now = Math.max(this.#now, first.at)
      first.wake()
    }
    this.#running = false
  }
}

export interface ScaleOptions {
  readonly connections: number
  /** Names of clients; connections are dealt out among them. @default one */
  readonly clients?: readonly string[]
  readonly storeMilliseconds?: number
  readonly providerMilliseconds?: (client: string) => number
  /** A change of each grant as it is stored at the beginning. */
  readonly grant?: (index: number, start: Date) => Partial<Grant>
}

const start = new Date('2027-01-01T00:00:00Z')
const pageSize = 100

export const scaleWorld = (options: ScaleOptions) => {
  const { connections, clients = ['client'], storeMilliseconds = 15, providerMilliseconds = () => 150 } = options
  const clock = new JumpingClock(start)
  const secrets = new Map<string, Stored>()
  const keyOf = ({ room, name }: SecretId): string => `${room}/${name}`
  const versionOf = (text: Redacted, versionId: string): StoredVersion => ({
    arn: 'arn',
    versionId,
    createdAt: new Date(clock.now()),
    text,
  })
  const clientOf = (index: number): string => clients[index % clients.length] ?? ''
  const known = new Map<string, Client>(
    clients.map((name) => [
      name,
      sampleClient({
        client_id: name,
        token_endpoint: `https://${name}.example.com/token`,
        provider: { name: 'generic', rotation: 'reusable', inactivity_days: 90 },
      }),
    ]),
  )
  for (const [name, client] of known) {
    secrets.set(`clients/${name}`, { version: versionOf(encodeClient(client), randomUUID()), tags: clientTags(client) })
  }
  for (let index = 0; index < connections; index++) {
    const name = `c${index}`
    const client = known.get(clientOf(index)) ?? sampleClient()
    const grant = sampleGrant({
      client_id: client.client_id,
      refreshed_at: start,
      expires_at: new Date(start.getTime() + (60 + (index % 31)) * minute),
      refresh_by: new Date(start.getTime() + 90 * day),
      ...options.grant?.(index, start),
    })
    const id = `version-of-${name}`
    secrets.set(`grants/${name}`, {
      version: versionOf(encodeGrant(grant), id),
      tags: successTags(name, grant, id, defaultTiming),
    })
    secrets.set(`connections/${name}`, { version: versionOf(encodePublished(grant, client), id), tags: {} })
  }

  const names = Array.from({ length: connections }, (_, index) => `c${index}`)
  const namesOf = (room: Room): readonly string[] => (room === 'clients' ? clients : names)

  const counts = { list: 0, batch: 0, put: 0, tag: 0, redeem: 0 }
  const puts: number[] = []
  const redeemed: string[] = []
  const down = new Set<string>()
  let inFlight = 0
  const most = { inFlight: 0 }
  const call = () => clock.wait(storeMilliseconds)

  const store: Dependencies['store'] = {
    ...refusingDependencies().store,
    list: async (room, from = '0') => {
      counts.list++
      await call()
      const names = namesOf(room)
      const end = Number(from) + pageSize
      const entries = names.slice(Number(from), end).flatMap((name) => {
        const stored = secrets.get(keyOf({ room, name }))
        const { version, tags } = stored ?? {}
        return version && tags ? [{ room, name, arn: 'arn', currentVersionId: version.versionId, tags }] : []
      })
      return { entries, next: end < names.length ? String(end) : undefined }
    },
    readTogether: async (ids) => {
      counts.batch++
      await call()
      return ids.map((id) => secrets.get(keyOf(id))?.version)
    },
    read: async (id) => {
      await call()
      return 'arn' in id ? undefined : secrets.get(keyOf(id))?.version
    },
    describe: async (id) => {
      await call()
      const stored = secrets.get(keyOf(id))
      return stored && { ...id, arn: 'arn', currentVersionId: stored.version.versionId, tags: stored.tags }
    },
    put: async (write) => {
      counts.put++
      puts.push(clock.now())
      await call()
      if (!('room' in write)) throw new Error('by name alone')
      const stored = secrets.get(keyOf(write))
      if (stored === undefined) throw new Error(`there is no ${keyOf(write)}`)
      stored.version = versionOf(write.text, write.versionId)
      return 'written'
    },
    tag: async (id, tags) => {
      counts.tag++
      await call()
      const stored = secrets.get(keyOf(id))
      if (stored !== undefined) stored.tags = { ...stored.tags, ...tags }
    },
  }

  const tokenEndpoint: TokenEndpoint = {
    redeem: async ({ client }) => {
      counts.redeem++
      inFlight++
      most.inFlight = Math.max(most.inFlight, inFlight)
      await clock.wait(providerMilliseconds(client.client_id))
      inFlight--
      redeemed.push(client.client_id)
      if (down.has(client.client_id)) {
        const failure = { class: 'transient', code: 'timeout', remedy: 'Wait.' } as const
        return { kind: 'failed', failure, outcome: 'unknown' }
      }
      return { kind: 'granted', tokens: sampleTokens({ expires_in: 60 * 60 + (counts.redeem % 31) * 60 }) }
    },
  }

  const { settings } = refusingDependencies()
  const dependencies = refusingDependencies({
    settings: { ...settings, tokenEndpointHosts: clients.map((name) => `${name}.example.com`) },
    clock,
    store,
    tokenEndpoint,
    telemetry: silentTelemetry,
    events: { announce: async () => {} },
    random: { fraction: () => 0.5, uuid: randomUUID },
  })

  /** A tick, by default as it is deployed. */
  const tick = (event: Parameters<typeof refreshConnections>[1] = {}, seconds = longestTickSeconds(defaultTiming)) => {
    const end = clock.now() + seconds * 1000
    return refreshConnections(dependencies, event, { remainingMilliseconds: () => end - clock.now() })
  }

  const grantOf = (name: string): Grant => {
    const stored = secrets.get(`grants/${name}`)
    const decoded = stored && decodeGrant(stored.version.text)
    if (!decoded?.ok) throw new Error(`there is no grant ${name}`)
    return decoded.value
  }

  return { clock, secrets, counts, puts, redeemed, down, most, dependencies, tick, grantOf, start }
}

/** The most of these moments within any second. */
export const mostInOneSecond = (moments: readonly number[]): number => {
  let from = 0
  let most = 0
  for (let to = 0; to < moments.length; to++) {
    while ((moments[to] ?? 0) - (moments[from] ?? 0) >= 1000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

export { hour, minute }
