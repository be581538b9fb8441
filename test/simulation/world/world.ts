// The whole world of one story: the real handlers over simulated ports, and everything that happens to them.

import { inspect } from 'node:util'
import { storeErrors } from '../../../lambda/adapters/store-errors.ts'
import {
  defaultPrefix,
  defaultRunbookUrl,
  defaultTiming,
  longestTickSeconds,
  type Rotation,
  shortestFreshLifetimeMinutes,
  type Timing,
} from '../../../lambda/contract.ts'
import { bootstrapHandler, refreshHandler } from '../../../lambda/handlers.ts'
import type { Clock, Dependencies, Events, Random, SecretStore, Telemetry } from '../../../lambda/ports.ts'
import type { Conductor, Step } from '../engine/conductor.ts'
import { Draw } from '../engine/draw.ts'
import { Engine } from '../engine/engine.ts'
import type { Process } from '../engine/process.ts'
import { Story } from '../engine/story.ts'
import type { WorldEvent } from './events.ts'
import { Provider, type ProviderState } from './provider.ts'
import { type Secret, Secrets } from './secrets.ts'
import { storeFates, storeOf } from './store.ts'
import { type Asked, providerFates, tokenEndpointOf } from './token-endpoint.ts'

/** What a story may begin with. */
export interface WorldState {
  readonly now: number
  readonly secrets: ReadonlyMap<string, Secret>
  readonly provider: ProviderState
}

export interface WorldOptions {
  readonly conductor: Conductor
  readonly rotation: Rotation
  readonly watch: (event: WorldEvent) => void
  /** @default 1 */
  readonly seed?: number
  /** @default as deployed */
  readonly timing?: Timing
  /** Of an access token, in seconds. @default from 60 to 90 minutes, at random; longer where fresh mode takes longer */
  readonly lifetime?: number
  /** Days after which an unused refresh token dies. @default 90 */
  readonly inactivityDays?: number | undefined
  /** Among how many tenants the users are divided. @default 1 */
  readonly tenants?: number | undefined
  readonly state?: WorldState
  /** Whether the story is kept, to be reported. @default no */
  readonly kept?: boolean
  /** Something between the code and the store. @default nothing */
  readonly around?: (store: SecretStore, process: Process) => SecretStore
  /** How wrong the clock of a process is, in milliseconds. */
  readonly skew?: (process: Process) => number
}

/** As deployed. */
const bootstrapSeconds = 120

/** Clocks that differ by less differ as they usually do, in milliseconds. */
const wrongClock = 60_000

export class World {
  readonly engine: Engine
  readonly secrets: Secrets
  readonly provider: Provider
  readonly timing: Timing
  readonly draw: Draw
  /** How often each thing went wrong. */
  readonly faults = new Map<string, number>()
  /** What all requests are answered while the provider is down; undefined: it is not. */
  outage: string | undefined
  /** What all calls are refused with while the store is down. */
  storeOutage: string | undefined
  readonly #options: WorldOptions
  #invocations = 0

  constructor(options: WorldOptions) {
    this.#options = options
    const { conductor, state, rotation, seed = 1, timing = defaultTiming, kept = false, watch } = options
    this.timing = timing
    this.draw = new Draw(seed)
    const engine = new Engine({
      conductor: { ...bound(conductor), fate: (step) => this.#fate(conductor, step) },
      story: new Story(kept),
      start: state?.now ?? Date.parse('2027-01-01T00:00:00Z'),
      ended: (process) => this.#ended(process),
    })
    this.engine = engine
    const now = () => engine.now()
    this.secrets = new Secrets({
      now,
      changed: (change) => watch({ kind: 'stored', change }),
      ...(state && { secrets: state.secrets }),
    })
    const { lifetime, inactivityDays, tenants } = options
    this.provider = new Provider({
      rotation,
      now,
      draw: this.draw,
      inactivityDays,
      tenants,
      // What lives too shortly for it is promised to no one.
      shortestLifetimeMinutes: Math.max(60, shortestFreshLifetimeMinutes(timing, rotation)),
      ...(lifetime !== undefined && { lifetime }),
      ...(state && { state: state.provider }),
    })
  }

  /** What a later story may begin with. */
  get state(): WorldState {
    return { now: this.engine.now(), secrets: this.secrets.snapshot(), provider: this.provider.state }
  }

  /** A tick. */
  refresh(event: unknown = {}, name = `tick-${++this.#invocations}`): Process {
    return this.engine.start('refresh', name, {
      seconds: longestTickSeconds(this.timing),
      work: (process) => refreshHandler(this.#dependencies(process))(event, this.#context(process)),
    })
  }

  bootstrap(event: unknown, name = `bootstrap-${++this.#invocations}`): Process {
    return this.engine.start('bootstrap', name, {
      seconds: bootstrapSeconds,
      work: (process) => bootstrapHandler(this.#dependencies(process))(event, this.#context(process)),
    })
  }

  /** A person's deeds, one after another. What is refused is left. */
  person(name: string, deeds: readonly Deed[]): Process {
    return this.engine.start('operator', name, {
      seconds: 86_400,
      work: async (process) => {
        for (const { what, act } of deeds) await this.engine.call(process, what, [['', () => act(process)]])
      },
    })
  }

  /** Something went wrong just now, until `until`. */
  disturb(what: string, until = this.engine.now()): void {
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1)
    this.#options.watch({ kind: 'disturbed', what, at: this.engine.now(), until })
  }

  #fate(conductor: Conductor, step: Step): string {
    const down = this.storeOutage
    const fate = down !== undefined && step.fates.includes(down) ? down : conductor.fate(step)
    if (fate !== step.fates[0] && fate !== down) this.disturb(`${fate.split(':')[0]}`)
    return fate
  }

  #asked(asked: Asked): void {
    const { watch } = this.#options
    const { reply } = asked
    const seconds = reply.kind === 'answer' ? Number(reply.retryAfter ?? 0) : 0
    const at = this.engine.now()
    // What is asked to wait has no answer until then. A tenant that asks for it keeps no other one waiting.
    if (seconds > 0 && asked.answer === undefined)
      watch({ kind: 'disturbed', what: providerFates.throttled, at, until: at + seconds * 1000 })
    watch({ kind: 'asked', asked })
  }

  #ended(process: Process): void {
    const { result } = process
    const error = result instanceof Error ? `${result.message} ${result.stack} ${inspect(result, { depth: 6 })}` : ''
    const text = `${error} ${JSON.stringify(result) ?? ''}`
    this.#options.watch({ kind: 'told', process, text })
    this.#options.watch({ kind: 'ended', process })
  }

  #context(process: Process) {
    return { getRemainingTimeInMillis: () => process.deadline - this.engine.now() }
  }

  #dependencies(process: Process): Dependencies {
    const { engine, secrets, provider } = this
    const { watch, skew, conductor, around = (store) => store } = this.#options
    const lag = () => conductor.lag({ key: process.name, what: 'list' })
    const wrong = skew?.(process) ?? 0
    process.clockError = wrong
    if (Math.abs(wrong) > wrongClock) this.disturb('a clock is wrong')
    const clock: Clock = {
      now: () => engine.now() + wrong,
      wait: (milliseconds) => engine.pause(process, milliseconds),
    }
    let drawn = 0
    const random: Random = {
      fraction: () => this.draw.fraction(`${process.name} ${drawn++}`),
      uuid: () => this.draw.uuid(`${process.name} ${drawn++}`),
    }
    const tell = (told: unknown) => watch({ kind: 'told', process, text: JSON.stringify(told) })
    return {
      clock,
      random,
      store: around(storeOf({ engine, secrets, lag }, process), process),
      tokenEndpoint: tokenEndpointOf(
        {
          engine,
          provider,
          outage: () => this.outage,
          retryAfter: ({ name }) => this.draw.one(`retry after ${name}`, [1, 60, 1800]),
          asked: (asked) => this.#asked(asked),
        },
        process,
      ),
      telemetry: telemetryTo(tell),
      events: this.#events(process, tell),
      settings: {
        prefix: defaultPrefix,
        timing: this.timing,
        privateKeyArn: undefined,
        publishedKeyArn: undefined,
        replicaRegions: [],
        runbookUrl: defaultRunbookUrl,
        tokenEndpointHosts: [new URL(this.provider.tokenEndpoint).host],
        allowLoopbackHttp: false,
      },
    }
  }

  #events(process: Process, tell: (told: unknown) => void): Events {
    return {
      announce: (announcements) =>
        this.engine.call(process, `announce ${announcements.map(({ name }) => name).join(', ')}`, [
          [
            '',
            () => {
              tell(announcements)
              this.#options.watch({ kind: 'announced', process, announcements })
            },
          ],
          [
            storeFates.failed,
            () => {
              throw storeErrors('InternalServiceError')
            },
          ],
        ]),
    }
  }
}

export interface Deed {
  readonly what: string
  act(process: Process): void
}

const bound = (conductor: Conductor): Conductor => ({
  stepMilliseconds: conductor.stepMilliseconds,
  pick: (ready, asleep) => conductor.pick(ready, asleep),
  latency: (call) => conductor.latency(call),
  fate: (step) => conductor.fate(step),
  lag: (step) => conductor.lag(step),
})

const telemetryTo = (tell: (told: unknown) => void): Telemetry => ({
  outcome: tell,
  tokenRequest: tell,
  renewal: tell,
  bootstrapped: tell,
  storeFailed: tell,
  defect: ({ error, at }) => {
    throw new Error(`defect: ${error} ${at.join(' ')}`)
  },
  announced: tell,
  tick: tell,
})
