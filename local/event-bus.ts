// EventBridge's PutEvents at the AWS endpoint, for the default bus and the deployment's own bus: keeps the events.

import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { type Clock, realClock } from './clock.ts'
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.ts'
import { type Authorize, principalOf } from './secrets-manager/access.ts'
import { accessDenied, constraint, ServiceError, serialization } from './secrets-manager/errors.ts'
import { failure, success } from './secrets-manager/wire.ts'

export interface SentEvent {
  /** Name of the event bus. */
  readonly bus: string
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface EventBusOptions {
  /** @default everything is allowed */
  readonly authorize?: Authorize | undefined
  /** @default eu-central-1 */
  readonly region?: string
  /** @default 123456789012 */
  readonly accountId?: string
  /** Names of the event buses in addition to the default one. @default token-refresher */
  readonly buses?: readonly string[]
  /** @default real time */
  readonly clock?: Clock
}

/** Refuses unknown members, because this service would ignore their effect. */
const entry = v.strictObject({
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  EventBusName: v.optional(v.string(), 'default'),
})
const requestBody = v.strictObject({ Entries: v.array(entry) })
type Entry = v.InferOutput<typeof entry>

const mostEntries = 10

export class EventBus {
  readonly #entries: SentEvent[] = []
  readonly #authorize: Authorize | undefined
  readonly #clock: Clock
  /** By its name and by its ARN. */
  readonly #buses: ReadonlyMap<string, { readonly name: string; readonly arn: string }>

  constructor(options: EventBusOptions = {}) {
    const { region = 'eu-central-1', accountId = '123456789012', buses = ['token-refresher'] } = options
    this.#authorize = options.authorize
    this.#clock = options.clock ?? realClock
    const all = ['default', ...buses].map((name) => ({
      name,
      arn: `arn:aws:events:${region}:${accountId}:event-bus/${name}`,
    }))
    this.#buses = new Map(all.flatMap((bus) => [[bus.name, bus] as const, [bus.arn, bus] as const]))
  }

  get entries(): readonly SentEvent[] {
    return this.#entries
  }

  /** @returns undefined when the request is for something else */
  handle({ headers, body }: LoopbackRequest): LoopbackAnswer | undefined {
    if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined
    try {
      return success(this.#put(read(body), headers.authorization))
    } catch (error) {
      if (error instanceof ServiceError) return failure(error)
      throw error
    }
  }

  #put(entries: readonly Entry[], authorization: string | undefined): object {
    for (const one of entries) this.#check(one, authorization)
    const results = entries.map((one) => this.#take(one))
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
  }

  /** If one entry is not allowed, no entry is sent. */
  #check({ Source = '', DetailType = '', EventBusName }: Entry, authorization: string | undefined): void {
    const bus = this.#buses.get(EventBusName)
    if (bus === undefined) throw new Error(`the event bus ${EventBusName} is not known here`)
    const refusal = this.#authorize?.({
      principal: principalOf(authorization),
      action: 'events:PutEvents',
      resource: bus.arn,
      context: { 'events:source': Source, 'events:detail-type': DetailType },
    })
    if (refusal !== undefined) throw accessDenied(refusal)
  }

  #take(given: Entry): object {
    const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !given[name])
    if (missing !== undefined) {
      const reason = `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`
      return { ErrorCode: 'InvalidArgument', ErrorMessage: reason }
    }
    const { Source: source = '', DetailType: detailType = '', Detail = '' } = given
    if (source.startsWith('aws.')) {
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
    }
    const detail = parseObject(Detail)
    if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
    const bus = this.#buses.get(given.EventBusName)?.name ?? ''
    this.#entries.push({ bus, source, detailType, detail, at: this.#clock.now() })
    return { EventId: randomUUID() }
  }
}

const read = (body: string): readonly Entry[] => {
  const parsed = v.safeParse(requestBody, parseObject(body))
  if (!parsed.success) throw serialization(`${v.getDotPath(parsed.issues[0])}: ${parsed.issues[0].message}`)
  const { Entries } = parsed.output
  if (Entries.length < 1) throw constraint('', 'entries', 'must have length greater than or equal to 1')
  if (Entries.length > mostEntries) {
    throw constraint('', 'entries', `must have length less than or equal to ${mostEntries}`)
  }
  return Entries
}

const parseObject = (text: string): object | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}
