// Refreshes connections by name, some at a time, and again while the reason of a failure may pass.

import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectionSettings, NamedOutcome } from '../../lambda/contract.ts'
import { invokeRefresh } from '../aws/invoke.ts'
import type { Context } from '../context.ts'

export interface Rounds {
  readonly names: readonly string[]
  /** How long to repeat failures that may pass. @default not at all */
  readonly waitMinutes?: number | undefined
  /** How the connections are kept from now on. @default as they are */
  readonly set?: ConnectionSettings | undefined
}

/** One invocation can finish this many, even with slow providers. */
const atOnce = 100

/** @returns the newest outcome of each connection */
export const refreshRounds = async (context: Context, rounds: Rounds): Promise<readonly NamedOutcome[]> => {
  const { names, waitMinutes = 0 } = rounds
  const end = context.now() + waitMinutes * 60_000
  const outcomes = new Map<string, NamedOutcome>()
  let open = names
  for (let round = 0; ; round++) {
    for (const one of await oneRound(context, { ...rounds, names: open })) outcomes.set(one.connection, one)
    const waiting = [...outcomes.values()].filter(mayPass)
    open = waiting.map(({ connection }) => connection)
    const next = Math.max(context.now() + shortestPause(round), ...waiting.map(freeAgain))
    if (open.length === 0 || next > end) return [...outcomes.values()]
    await context.terminal.during(`Waiting for ${named(open)}`, () =>
      pause(next - context.now(), undefined, { signal: context.interrupted }),
    )
  }
}

const oneRound = async (context: Context, { names, set }: Rounds): Promise<readonly NamedOutcome[]> => {
  const outcomes: NamedOutcome[] = []
  for (let from = 0; from < names.length; from += atOnce) {
    const connections = names.slice(from, from + atOnce)
    const many = names.length <= atOnce ? '' : ` (${from + 1} to ${from + connections.length} of ${names.length})`
    const event = { connections, force: true, ...(set !== undefined && { set }) }
    const answer = await context.terminal.during(`Refreshing ${named(connections)}${many}`, () =>
      invokeRefresh(context, event),
    )
    outcomes.push(...answer.outcomes)
  }
  return outcomes
}

const named = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] ?? '') : `${names.length} connections`

export const passingClasses: readonly (string | undefined)[] = ['transient', 'throttled', 'store']

/** The next attempt may succeed without any action of a person. */
const mayPass = ({ outcome, class: name }: NamedOutcome): boolean =>
  outcome === 'held' || outcome === 'left' || (outcome === 'failed' && passingClasses.includes(name))

/** 15 s, 30 s, then a minute each time. */
const shortestPause = (round: number): number => Math.min(15_000 * 2 ** round, 60_000)

const freeAgain = ({ held_until: until }: NamedOutcome): number => (until === undefined ? 0 : Date.parse(until) + 1000)
