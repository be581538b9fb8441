// The year: ticks on the accelerated clock, incidents at their days, rules watched at every step.

import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { secretName } from '../../lambda/contract.ts'
import { decodeGrant } from '../../lambda/core/secrets/grant.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { readStatus } from '../../lambda/core/tags/status.ts'
import { labelled, type ReadonlySecret } from '../secrets-manager/service.ts'
import type { StackOptions } from '../stack.ts'
import { Control } from './control.ts'
import { incidents, keptAlive, mainConnection, type Step } from './incidents.ts'
import type { ConnectionReport, Fare, YearReport } from './report.ts'
import { Rules } from './rules.ts'
import { Storyteller } from './storyteller.ts'
import { clientSecretExpiresAt, createWorld, day, minute, start, type World } from './world.ts'

export interface YearOptions {
  readonly loginText: string
  /** @default 365 */
  readonly days?: number
  /** How the functions reach Secrets Manager. @default over a socket */
  readonly reach?: StackOptions['reach']
  readonly progress?: (done: { readonly day: number; readonly ticks: number; readonly refreshes: number }) => void
}

/** A tick with nothing due makes one list call and no other. Of these ticks, one in this many is run. */
const quietTicksRun = 20

const connections = [mainConnection, keptAlive]

export const runYear = async ({ loginText, days = 365, reach, progress }: YearOptions): Promise<YearReport> => {
  const begun = performance.now()
  const story = new Storyteller()
  const world = await createWorld(loginText, story, reach)
  try {
    const year = new Year(world, story, days)
    await year.begin()
    while (await year.step()) progress?.(year.progress())
    return { ...year.report(), elapsedSeconds: (performance.now() - begun) / 1000 }
  } finally {
    await world.close()
  }
}

const nextAttempt = (secret: ReadonlySecret): number =>
  readStatus(Object.fromEntries(secret.tags ?? []), labelled(secret, 'AWSCURRENT')?.id).next?.getTime() ?? 0

class Year {
  readonly #world: World
  readonly #story: Storyteller
  readonly #rules: Rules
  readonly #days: number
  readonly #every: number
  readonly #steps: Step[]
  readonly #strips = new Map(connections.map((name) => [name, new Map<number, Fare>()]))
  #control: Control | undefined
  #excuseEnds = Number.POSITIVE_INFINITY
  #ticks = 0
  #ticksRun = 0
  #today = 0
  #requestsBefore = 0
  readonly #next = new WeakMap<ReadonlySecret, number>()
  readonly #reads = { looks: 0, reads: 0, refused: 0 }

  constructor(world: World, story: Storyteller, days: number) {
    this.#world = world
    this.#story = story
    this.#days = days
    this.#every = world.dependencies.settings.timing.everyMinutes * minute
    this.#steps = incidents.filter(({ at }) => at < days * day)
    this.#rules = new Rules(world)
    story.attach(() => world.clock.now(), this.#rules)
  }

  async begin(): Promise<void> {
    this.#rules.loginUsed()
    this.#control = await Control.begin(this.#world)
    this.#story.tell('note', 'control: tokens fetched once by hand, and looked after by no one')
    await this.#world.connect(mainConnection)
    const more = { mode: 'keep-alive', publish: 'connection_values', client_secret_expires_at: clientSecretExpiresAt }
    await this.#world.connect(keptAlive, more)
    for (const _ of connections) this.#rules.loginUsed()
  }

  /** Runs the next tick. @returns false at the end of the year */
  async step(): Promise<boolean> {
    const { clock } = this.#world
    const next = start.getTime() + (this.#ticks + 1) * this.#every
    if (next > start.getTime() + this.#days * day) return false
    const happened = await this.#incidentsUntil(next)
    clock.moveTo(next)
    this.#ticks++
    this.#endExcuse()
    if (happened || this.#isDue() || this.#rules.excuse !== undefined || this.#ticks % quietTicksRun === 0) {
      this.#look()
      await this.#world.refresh()
      this.#ticksRun++
      this.#look()
    }
    await this.#endOfDay()
    return true
  }

  progress() {
    const refreshes = [...this.#story.refreshes.values()].reduce((sum, one) => sum + one, 0)
    return { day: this.#day(), ticks: this.#ticks, refreshes }
  }

  #day(): number {
    return Math.floor((this.#world.clock.now() - start.getTime()) / day)
  }

  async #incidentsUntil(moment: number): Promise<boolean> {
    let happened = false
    for (let step = this.#steps[0]; step && start.getTime() + step.at <= moment; step = this.#steps[0]) {
      this.#steps.shift()
      this.#world.clock.moveTo(start.getTime() + step.at)
      if (typeof step.excuse === 'string') {
        this.#rules.excuse = step.excuse
        this.#excuseEnds = Number.POSITIVE_INFINITY
      }
      const passwords = this.#world.entra.requests.get('password') ?? 0
      this.#story.tell(step.kind, step.text)
      await step.run(this.#world)
      for (let n = passwords; n < (this.#world.entra.requests.get('password') ?? 0); n++) this.#rules.loginUsed()
      if (step.excuse === null) this.#excuseEnds = this.#world.clock.now() + 2 * this.#every
      happened = true
    }
    return happened
  }

  /** Two ticks after the end of an incident it must have left no effect. */
  #endExcuse(): void {
    if (this.#world.clock.now() <= this.#excuseEnds) return
    this.#rules.excuse = undefined
    this.#excuseEnds = Number.POSITIVE_INFINITY
  }

  #isDue(): boolean {
    const { secretsManager, dependencies, clock } = this.#world
    return connections.some((name) => {
      const secret = secretsManager.inspect(secretName(dependencies.settings.prefix, 'grants', name))
      if (secret === undefined) return true
      // A secret that has not changed is the same object.
      const known = this.#next.get(secret)
      const next = known ?? nextAttempt(secret)
      this.#next.set(secret, next)
      return next <= clock.now()
    })
  }

  #look(): void {
    for (const name of connections) {
      const validity = this.#rules.look(name)
      this.#reads.looks++
      const strip = this.#strips.get(name)
      const piece = Math.floor(this.#day() / 5)
      const fares = name === mainConnection && validity <= 0 ? 'trouble' : (strip?.get(piece) ?? 'alive')
      strip?.set(piece, fares)
    }
  }

  async #endOfDay(): Promise<void> {
    const today = this.#day()
    if (today === this.#today) return
    this.#today = today
    const requests = [...this.#world.entra.requests.values()].reduce((sum, one) => sum + one, 0)
    this.#rules.endOfDay(requests - this.#requestsBefore)
    this.#requestsBefore = requests
    if (today > 0) await this.#world.renewClientSecrets()
    await this.#readAsAnApp()
    if (this.#control?.look()) {
      this.#story.tell('action', `control: the refresh token has died of disuse (${await this.#control.try()})`)
    }
  }

  /** What the README recommends to apps: read the secret, use the token. */
  async #readAsAnApp(): Promise<void> {
    const { aws, entraUrl, dependencies } = this.#world
    const SecretId = secretName(dependencies.settings.prefix, 'connections', mainConnection)
    const { SecretString } = await aws.send(new GetSecretValueCommand({ SecretId }))
    const { access_token: token } = JSON.parse(SecretString ?? '{}')
    const answer = await fetch(`${entraUrl}/v1.0/me`, { headers: { authorization: `Bearer ${token}` } })
    await answer.text()
    this.#reads.reads++
    if (answer.status !== 200) this.#reads.refused++
    this.#rules.check('I5', answer.status === 200 || this.#rules.excuse !== undefined, () => 'an app was refused')
  }

  report(): Omit<YearReport, 'elapsedSeconds'> {
    const rules = this.#rules.report()
    const { secretsManager, entra } = this.#world
    return {
      days: this.#days,
      everyMinutes: this.#every / minute,
      ticks: this.#ticks,
      ticksRun: this.#ticksRun,
      refreshes: this.progress().refreshes,
      tokenRequests: Object.fromEntries(entra.requests),
      secretsManagerCalls: Object.fromEntries(secretsManager.calls),
      connections: connections.map((name) => this.#connectionReport(name)),
      control: {
        text: 'fetched by hand, used by no one',
        diedOnDay: this.#control?.diedOnDay,
        strip: this.#control?.strip(this.#days) ?? [],
      },
      readers: [
        {
          connection: mainConnection,
          looks: this.#reads.looks / connections.length,
          reads: this.#reads.reads,
          refusedReads: this.#reads.refused,
          lowestValidityMinutes: this.#rules.lowestValidityMinutes,
        },
      ],
      rules,
      timeline: this.#story.timeline,
      peakMemoryMegabytes: process.resourceUsage().maxRSS / 1024,
      held: rules.every(({ checks, violations }) => checks > 0 && violations.length === 0),
    }
  }

  #connectionReport(connection: string): ConnectionReport {
    const { secretsManager, dependencies, clock } = this.#world
    const secret = secretsManager.inspect(secretName(dependencies.settings.prefix, 'grants', connection))
    const version = secret && labelled(secret, 'AWSCURRENT')
    const decoded = decodeGrant(new Redacted(version?.string ?? ''))
    if (!decoded.ok) throw new Error(decoded.problem)
    const grant = decoded.value
    return {
      connection,
      mode: grant.mode,
      publish: grant.publish,
      status: readStatus(Object.fromEntries(secret?.tags ?? []), version?.id).status,
      refreshes: this.#story.refreshes.get(connection) ?? 0,
      generation: grant.generation,
      refreshTokenAgeDays: (clock.now() - grant.refreshed_at.getTime()) / day,
      strip: [...(this.#strips.get(connection)?.values() ?? [])],
    }
  }
}
