// Processor time and wall time of a refresh, beside the same calls made by hand and through other libraries.

import { type Contender, contender, isInstalled } from './contenders/contenders.ts'
import { type Running, type Spent, startContender } from './contenders/start.ts'
import { besides, shown, summarize, tableOf } from './figures.ts'
import { type StandIn, startStandIn } from './stand-in/start.ts'
import type { Report } from './stand-in/world.ts'

export interface Case {
  readonly connections: number
  readonly providerMilliseconds: number
  /** Ticks of one repetition, one after another. */
  readonly ticks: number
  readonly repetitions: number
  /** @default all that are installed */
  readonly names?: readonly Contender[]
}

/** What one repetition took. */
export interface Repetition extends Spent {
  /** Calls of Secrets Manager, lists included. */
  readonly storeCalls: number
}

export type Measured = ReadonlyMap<Contender, readonly Repetition[]>

const base: Contender = 'SDK + undici by hand'

/** The code of all contenders is compiled by then. */
const compiled: Case = { connections: 200, providerMilliseconds: 0, ticks: 3, repetitions: 1 }

/** @param warmUp what is not measured yet */
export const measureRefreshes = async (
  cases: readonly Case[],
  say: (text: string) => void,
  warmUp = compiled,
): Promise<readonly Measured[]> => {
  const standIn = await startStandIn()
  const needed = contender.options.filter((name) => cases.some(({ names = [name] }) => names.includes(name)))
  const running = needed.filter(isInstalled).map((name) => startContender(name, standIn.awsUrl))
  const measured: Measured[] = []
  try {
    await measureCase(standIn, running, warmUp)
    for (const one of cases) {
      const found = await measureCase(standIn, running, one)
      say(tableOfCase(one, found))
      measured.push(found)
    }
  } finally {
    await Promise.all([...running, standIn].map((one) => one.stop()))
  }
  return measured
}

const measureCase = async (standIn: StandIn, running: readonly Running[], one: Case): Promise<Measured> => {
  const { connections, providerMilliseconds, ticks, repetitions, names = contender.options } = one
  const taking = running.filter(({ name }) => names.includes(name))
  const spent = new Map(taking.map(({ name }): [Contender, Repetition[]] => [name, []]))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { name, spend } of taking) {
      await standIn.become({ connections, providerMilliseconds })
      const used = await spend(ticks)
      const report = await standIn.report()
      spent.get(name)?.push({ ...used, storeCalls: Object.values(report.calls).reduce((sum, calls) => sum + calls, 0) })
      const problem = whatIsMissing(report, one)
      if (problem !== undefined) throw new Error(`${name}: ${problem}`)
    }
  }
  return spent
}

/** Everything is stored, and all contenders have made the same calls, except that ours reads connections together. */
const whatIsMissing = ({ refreshed, calls, tokenRequests }: Report, { connections, ticks }: Case) => {
  if (refreshed !== connections) return `${refreshed} of ${connections} connections are refreshed`
  const each = connections * ticks
  const expected = {
    ListSecrets: (1 + Math.ceil(connections / 100)) * ticks,
    BatchGetSecretValue: Math.min(calls.BatchGetSecretValue ?? 0, each),
    PutSecretValue: 2 * each,
    TagResource: each,
  }
  const made = JSON.stringify({ ...calls, tokenRequests })
  const wanted = JSON.stringify({ ...expected, tokenRequests: each })
  return made === wanted ? undefined : `made the calls ${made} in place of ${wanted}`
}

export const ratiosTo = (measured: Measured, name: Contender, key: keyof Repetition) => {
  const values = (of: Contender) => (measured.get(of) ?? []).map((spent) => spent[key])
  return besides(values(name), values(base))
}

const tableOfCase = ({ connections, providerMilliseconds, ticks, repetitions }: Case, measured: Measured): string => {
  const each = connections * ticks
  const rows = [...measured].map(([name, spent]) => {
    const perRefresh = (key: keyof Repetition) => shown(summarize(spent.map((one) => one[key] / each)))
    const ratio = (key: keyof Repetition) => shown(ratiosTo(measured, name, key))
    return [
      name,
      perRefresh('processorMilliseconds'),
      ratio('processorMilliseconds'),
      perRefresh('wallMilliseconds'),
      ratio('wallMilliseconds'),
    ]
  })
  const title = `${connections} connections, provider ${providerMilliseconds} ms, ${repetitions} repetitions of ${ticks} ticks`
  const head = ['per refresh', 'processor ms', `× ${base}`, 'wall ms', `× ${base}`]
  return `${title}\n${tableOf(head, rows)}`
}
