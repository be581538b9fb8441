// Events of a log group, oldest first.

import type { Context } from '../context.ts'

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly message: string
}

export interface LogQuestion {
  readonly pattern: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Enough to say how many there are. */
const mostPages = 10

export const logEvents = async (
  { aws, interrupted }: Context,
  logGroupName: string,
  { pattern, since }: LogQuestion,
): Promise<readonly LogEvent[]> => {
  const client = await aws.logs()
  const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs')
  const input = { logGroupName, filterPattern: pattern, startTime: since }
  const events: LogEvent[] = []
  let pages = 0
  for await (const page of paginateFilterLogEvents({ client }, input, { abortSignal: interrupted })) {
    for (const { timestamp = 0, message = '' } of page.events ?? []) events.push({ at: timestamp, message })
    if (++pages === mostPages) break
  }
  return events.sort((a, b) => a.at - b.at)
}
