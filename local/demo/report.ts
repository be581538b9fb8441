// The result of the year: the data behind the picture, and the output of --json.

export interface TimelineEntry {
  readonly at: string
  readonly day: number
  /** `trouble` and `action` need attention, `good` ends such a state, `note` is neither. */
  readonly kind: 'note' | 'trouble' | 'action' | 'good'
  readonly text: string
}

export interface ConnectionReport {
  readonly connection: string
  readonly mode: string
  readonly publish: string
  readonly status: string
  readonly refreshes: number
  readonly generation: number
  readonly refreshTokenAgeDays: number
  /** The state of the connection in each five days. */
  readonly strip: readonly Fare[]
}

export type Fare = 'alive' | 'trouble' | 'dead'

export interface ReaderReport {
  readonly connection: string
  /** Number of checks of the published secret: one before and one after every tick that was run. */
  readonly looks: number
  /** Number of reads through the AWS SDK. Each token was then used at the protected resource. */
  readonly reads: number
  readonly refusedReads: number
  /** While provider and client were well; undefined where no valid access token is promised. */
  readonly lowestValidityMinutes: number | undefined
}

export interface RuleReport {
  readonly rule: string
  readonly text: string
  readonly checks: number
  readonly violations: readonly string[]
}

export interface YearReport {
  readonly days: number
  readonly everyMinutes: number
  readonly ticks: number
  readonly ticksRun: number
  readonly refreshes: number
  readonly tokenRequests: Readonly<Record<string, number>>
  readonly secretsManagerCalls: Readonly<Record<string, number>>
  readonly connections: readonly ConnectionReport[]
  readonly control: { readonly text: string; readonly diedOnDay: number | undefined; readonly strip: readonly Fare[] }
  readonly readers: readonly ReaderReport[]
  readonly rules: readonly RuleReport[]
  readonly timeline: readonly TimelineEntry[]
  readonly elapsedSeconds: number
  readonly peakMemoryMegabytes: number
  readonly held: boolean
}
