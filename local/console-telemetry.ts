// What the functions tell, as lines for a terminal.

import type { Outcome, Telemetry, TickSummary } from '../lambda/ports.ts'

export const consoleTelemetry = (write: (line: string) => void): Telemetry => {
  const line = (text: string): void => write(`${new Date().toISOString().slice(11, 19)}  ${text}`)
  return {
    outcome: ({ connection, outcome }) => {
      const text = outcomeText(outcome)
      if (text !== undefined) line(`${connection} ${text}`)
    },
    tokenRequest: () => {},
    announced: ({ name, detail }) => line(`told: ${name}, ${detail.connection ?? detail.client}`),
    bootstrapped: ({ connection, failure }) =>
      line(
        failure
          ? `${connection} refused: ${failure.class} ${failure.code}. ${failure.remedy}`
          : `${connection} bootstrapped`,
      ),
    tick: (summary) => line(tickText(summary)),
  }
}

const outcomeText = (outcome: Outcome): string | undefined => {
  switch (outcome.kind) {
    case 'refreshed':
      return `refreshed: generation ${outcome.sight.generation}, good until ${outcome.sight.expiresAt.toISOString()}`
    case 'published':
      return `published: generation ${outcome.sight.generation}`
    case 'failed': {
      const { failure, state } = outcome
      const next = state ? `; ${state.status}, next attempt ${state.retry.toISOString()}` : ''
      return `failed: ${failure.class} ${failure.code}${next}. ${failure.remedy}`
    }
    case 'fresh':
    case 'waiting':
    case 'superseded':
      return undefined
  }
}

const tickText = ({ connections, refreshed, fresh, failed, actionRequired }: TickSummary): string => {
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  return `tick: ${connections} connections, ${refreshed} refreshed, ${fresh} not due, ${failures} failed, ${actionRequired} need a person`
}
