// Reading ahead: one call reads what is stored of up to nine connections of a client, those that are asked next.

import type { ConnectionStatus } from '../../core/tags/status.ts'
import type { Dependencies, SecretId, StoredEntry } from '../../ports.ts'
import { type Answer, idsOf } from '../connection/load-connection.ts'

/** BatchGetSecretValue takes twenty names (its API reference): two of each connection, and one of their client. */
const mostTogether = 9

/** What was read earlier than this is read again: a person or another process may have replaced it. */
const longestMilliseconds = 5_000

interface Reading {
  /** When the call was asked for. */
  readonly at: number
  /** By connection; a connection that is missing is read alone. */
  readonly answers: Promise<ReadonlyMap<string, readonly Answer[]>>
}

/**
 * Lives for one tick. If anything is odd about a connection's part of an answer, the connection is read again alone: neither a secret of
 * another connection nor an answer that leaves one out decides about it (I5, I6).
 */
export class ReadAhead {
  readonly #dependencies: Pick<Dependencies, 'store' | 'clock'>
  /** Connections that can be read with others, by client, in the order in which they are asked. */
  readonly #upcoming = new Map<string, Map<string, StoredEntry>>()
  /** By connection. */
  readonly #readings = new Map<string, Reading>()

  constructor(dependencies: Pick<Dependencies, 'store' | 'clock'>) {
    this.#dependencies = dependencies
  }

  /** A connection that will be asked. One that is in trouble, or whose tags do not vouch for its client, is read alone. */
  expect(entry: StoredEntry, { client, doubtful, failure }: ConnectionStatus): void {
    if (client === undefined || doubtful || failure !== undefined) return
    const entries = this.#upcoming.get(client) ?? new Map<string, StoredEntry>()
    this.#upcoming.set(client, entries.set(entry.name, entry))
  }

  /** It is read alone. */
  skip({ name }: StoredEntry, client: string | undefined): void {
    this.#upcoming.get(client ?? '')?.delete(name)
    this.#readings.delete(name)
  }

  /**
   * Reads it with the connections after it, unless it was read so already. To be called when the client is known to work: before
   * that, connections ask one at a time, and what one finds out changes what the next one reads.
   *
   * @returns what `idsOf` names; undefined: it is to be read alone
   */
  async take(entry: StoredEntry, client: string): Promise<readonly Answer[] | undefined> {
    const { name } = entry
    const reading = this.#isFresh(this.#readings.get(name)) ?? this.#begin(entry, client)
    this.#readings.delete(name)
    const answers = (await reading?.answers)?.get(name)
    return this.#isFresh(reading) && answers
  }

  #isFresh(reading: Reading | undefined): Reading | undefined {
    return reading !== undefined && this.#dependencies.clock.now() - reading.at <= longestMilliseconds
      ? reading
      : undefined
  }

  #begin(entry: StoredEntry, client: string): Reading | undefined {
    const upcoming = this.#upcoming.get(client)
    if (!upcoming?.delete(entry.name)) return undefined
    const members = [entry, ...[...upcoming.values()].slice(0, mostTogether - 1)]
    if (members.length === 1) return undefined
    const reading = { at: this.#dependencies.clock.now(), answers: this.#read(members) }
    for (const { name } of members) {
      upcoming.delete(name)
      this.#readings.set(name, reading)
    }
    return reading
  }

  async #read(members: readonly StoredEntry[]): Promise<ReadonlyMap<string, readonly Answer[]>> {
    const ids = new Map(members.flatMap(idsOf).map((id) => [keyOf(id), id]))
    try {
      const answers = await this.#dependencies.store.readTogether([...ids.values()])
      const byKey = new Map([...ids.keys()].map((key, index) => [key, answers[index]]))
      const own = (entry: StoredEntry): readonly Answer[] => idsOf(entry).map((id) => byKey.get(keyOf(id)))
      return new Map(members.map((entry) => [entry.name, own(entry)] as const).filter(([, all]) => isPlain(all)))
    } catch {
      // Each is read alone, and fails by itself if it does.
      return new Map()
    }
  }
}

const keyOf = ({ room, name }: SecretId): string => `${room}/${name}`

/** Grant and client are there, and nothing has failed. Apps may have nothing to read yet. */
const isPlain = ([grant, published, client]: readonly Answer[]): boolean =>
  grant !== undefined && client !== undefined && [grant, published, client].every((one) => !(one instanceof Error))
