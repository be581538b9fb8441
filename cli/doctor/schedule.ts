// The schedule: enabled, and its last run.

import { functionNames, type RenewalsEvent } from '../../lambda/contract.ts'
import type { Context } from '../context.ts'
import { fromNow } from '../terminal/times.ts'
import { attention, type Check, counted, some, well } from './check.ts'
import { logEvents } from './logs.ts'

interface FoundSchedule {
  readonly name: string
  readonly enabled: boolean
  readonly expression: string
  /** Whether it starts the renewal of client secrets, and not the refresher. */
  readonly renews: boolean
}

const renewalInput = JSON.stringify({ renewal: 'due' } satisfies RenewalsEvent)

const schedulesOf = async ({ aws, prefix, interrupted }: Context): Promise<readonly FoundSchedule[]> => {
  const client = await aws.scheduler()
  const sdk = await import('@aws-sdk/client-scheduler')
  const options = { abortSignal: interrupted }
  const found: FoundSchedule[] = []
  for await (const page of sdk.paginateListSchedules({ client }, { GroupName: prefix }, options)) {
    for (const { Name = '' } of page.Schedules ?? []) {
      const command = new sdk.GetScheduleCommand({ Name, GroupName: prefix })
      const { State, ScheduleExpression = '', Target } = await client.send(command, options)
      const renews = Target?.Input === renewalInput
      found.push({ name: Name, enabled: State === 'ENABLED', expression: ScheduleExpression, renews })
    }
  }
  return found
}

export const schedule: Check = {
  name: 'schedule',
  look: async (context) => {
    const all = await schedulesOf(context)
    const stopped = all.filter(({ enabled }) => !enabled)
    if (!all.some(({ renews }) => !renews)) {
      return attention(
        `no schedule in the group ${context.prefix}`,
        'Deploy again with cdk deploy: nothing is refreshed.',
      )
    }
    if (stopped.length > 0) {
      const what = stopped.every(({ renews }) => renews)
        ? 'no client secret is renewed'
        : 'its connections are not refreshed'
      const remedy = `Enable it in EventBridge Scheduler, or deploy again: ${what}.`
      return attention(`disabled: ${some(stopped.map(({ name }) => name))}`, remedy)
    }
    return well(
      `${counted(all.length, 'schedule')}, ${[...new Set(all.map(({ expression }) => expression))].join(', ')}`,
    )
  },
}

const minute = 60_000

/** One run may be missed without harm. */
const longestPauseMinutes = (expressions: readonly string[]): number => {
  const minutes = expressions.map((text) => Number(/^rate\((\d+) minutes?\)$/.exec(text)?.[1] ?? 60))
  return 2 * Math.max(5, ...minutes) + 2
}

/** When the refresher was last deployed or changed. */
const deployedAt = async ({ aws, prefix, interrupted }: Context): Promise<Date | undefined> => {
  const client = await aws.lambda()
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda')
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionNames(prefix).refresh })
  const { LastModified } = await client.send(command, { abortSignal: interrupted })
  const time = new Date(LastModified ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

export const lastRun: Check = {
  name: 'last run',
  look: async (context) => {
    const now = context.now()
    const schedules = (await schedulesOf(context)).filter(({ renews }) => !renews)
    const pause = longestPauseMinutes(schedules.map(({ expression }) => expression))
    const group = `/aws/lambda/${functionNames(context.prefix).refresh}`
    const since = now - Math.max(24 * 60, 2 * pause) * minute
    const events = await logEvents(context, group, { pattern: '{ $.message = "tick" }', since })
    const last = events.at(-1)
    const remedy = 'See docs/runbook.md#schedulestopped'
    if (last === undefined) {
      const deployed = await deployedAt(context)
      if (deployed !== undefined && now - deployed.getTime() <= pause * minute) {
        return well(`not yet: deployed ${fromNow(deployed, now)}`)
      }
      return attention('no completed run in the last 24 hours', remedy)
    }
    const when = fromNow(new Date(last.at), now)
    const recent = events.filter(({ at }) => now - at <= pause * minute).length
    if (recent === 0) return attention(`${when}, and is overdue`, remedy)
    // Each shard has its own run in each period, so one shard may have stopped while the others run.
    if (recent < schedules.length) return attention(`${when}, but ${recent} of ${schedules.length} shards`, remedy)
    return well(when)
  },
}
