// npm run bench: everything that is measured, beside what it is compared with. `--help` says what can be asked for.

import { arch, cpus, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import { makeFunctions } from './bundles/functions.ts'
import { measureCatchUp } from './catch-up.ts'
import { measureColdStarts } from './cold-start.ts'
import { contender, isInstalled } from './contenders/contenders.ts'
import { countsOfOurs, showCost } from './cost/cost.ts'
import { together } from './cost/prices.ts'
import { extents } from './extents.ts'
import { shown, steady, summarize, tableOf } from './figures.ts'
import { measureMemory } from './memory.ts'
import { measureRefreshes, ratiosTo } from './refreshes.ts'
import { startStandIn } from './stand-in/start.ts'
import { measureStatus } from './status.ts'
import { measureFullTick, measureQuietTicks } from './ticks.ts'

const sections = ['refreshes', 'cold-start', 'memory', 'full-tick', 'quiet-tick', 'catch-up', 'status', 'cost'] as const
type Section = (typeof sections)[number]

const usage = `node bench/main.ts [--quick | --all] [${sections.join(' | ')}]...
  --quick  everything once and small: whether it works, not how fast it is
  --all    with every peer at 10,000 connections, and a full tick of full length; half an hour`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, all: { type: 'boolean' }, help: { type: 'boolean' } },
})
const unknown = positionals.filter((name) => !sections.some((section) => section === name))
if (values.help || unknown.length > 0) {
  process.stdout.write(`${usage}\n`)
  process.exit(values.help ? 0 : 2)
}
const wanted = (section: Section): boolean => positionals.length === 0 || positionals.includes(section)
const extent = extents[values.quick ? 'quick' : values.all ? 'all' : 'usual']

const say = (text: string): void => {
  process.stdout.write(`\n${text}\n`)
}
const load = (): string =>
  loadavg()
    .map((one) => one.toFixed(1))
    .join(', ')

const missing = contender.options.filter((name) => !isInstalled(name))
say(
  `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${arch()}, ` +
    `Linux ${release()}, load ${load()}`,
)
if (missing.length > 0) say(`NOT MEASURED, for they are not installed (npm ci --prefix bench): ${missing.join(', ')}`)

const reached: string[][] = []
const reach = (figure: string, goal: string, found: string, isReached: boolean): void => {
  reached.push([figure, goal, found, isReached ? 'yes' : 'NO'])
}

if (wanted('refreshes')) {
  const measured = await measureRefreshes(extent.cases, say)
  const thousand = measured[extent.cases.findIndex(({ connections }) => connections === 1000)]
  if (thousand !== undefined) {
    const ratio = ratiosTo(thousand, 'token-refresher', 'processorMilliseconds')
    const figure = 'processor time of a refresh, 1000 connections, beside SDK + undici by hand'
    reach(figure, 'at most 0.85 ×', shown(ratio), ratio.median <= 0.85)
    const peers = contender.options.filter((name) => name.startsWith('SDK + ') && thousand.has(name))
    const best = Math.min(...peers.map((name) => ratiosTo(thousand, name, 'processorMilliseconds').median))
    const beside = `${ratio.median.toFixed(2)} and ${best.toFixed(2)}`
    reach('the same beside the best peer of this run', 'below', beside, ratio.median < best)
    const calls = summarize((thousand.get('token-refresher') ?? []).map(({ storeCalls }) => storeCalls / 1000))
    reach('calls of Secrets Manager a refresh, lists included', 'at most 3.2', shown(calls), calls.median <= 3.2)
  }
}

const standIn = await startStandIn()
const functions = makeFunctions(standIn.awsUrl)
const place = { standIn, functions, say }
try {
  if (wanted('cold-start')) {
    const ratio = await steady(() => measureColdStarts(place, extent.coldStarts), say)
    const figure = 'cold start to the first stored token, beside the SDK alone'
    reach(figure, 'at most 1.15 ×', shown(ratio), ratio.median <= 1.15)
  }
  if (wanted('memory')) {
    const { largest, first, worked } = await measureMemory(place, extent.memory)
    const figure = `peak memory at ${largest} connections beside ${extent.memory.sizes[0]}`
    reach(`${figure}, in a first tick`, 'at most 1.3 ×', shown(first), first.median <= 1.3)
    reach(`${figure}, in a process that has worked`, 'at most 1.3 ×', shown(worked), worked.median <= 1.3)
  }
  if (wanted('full-tick')) {
    const { connections, timeoutSeconds } = extent.fullTick
    const { share, throttled } = await measureFullTick(place, connections, timeoutSeconds)
    const found = `${(100 * share).toFixed(1)} %, ${throttled} throttled`
    reach('write quota used by a full tick', 'at least 95 %, 0 throttled', found, share >= 0.95 && throttled === 0)
  }
  if (wanted('quiet-tick')) {
    const { connections, repetitions } = extent.quietTicks
    const ratio = await steady(() => measureQuietTicks(place, connections, repetitions), say)
    const figure = `processor time of a quiet tick, ${connections} connections, beside the SDK listing the same`
    reach(figure, 'at most 0.9 ×', shown(ratio), ratio.median <= 0.9)
  }
} finally {
  functions.remove()
  await standIn.stop()
}
if (wanted('catch-up')) {
  const { besideQuota, lapses } = await measureCatchUp(extent.outageConnections, say)
  const found = `${besideQuota.toFixed(2)} ×, ${lapses} lapses`
  reach('catching up beside writes due ÷ quota', 'at most 1.10 ×, 0 lapses', found, besideQuota <= 1.1 && lapses === 0)
}
if (wanted('status')) {
  const ratio = await steady(() => measureStatus(extent.statuses, say), say)
  const figure = 'token-refresher status of one connection, beside a process that loads the SDK and lists'
  // 0.6 times what the command of commit 36cc739 takes.
  reach(figure, 'at most 1.04 ×', shown(ratio), ratio.median <= 1.04)
}
if (wanted('cost')) {
  showCost(say)
  const dollars = together(countsOfOurs(1, { dashboard: 'off' }))
  reach('one mailbox a month at list price, dashboard off', 'at most $7.20', `$${dollars.toFixed(2)}`, dollars <= 7.2)
}
if (reached.length > 0 && !values.quick) say(tableOf(['figure', 'to reach', 'measured', 'reached'], reached))
say(`load at the end ${load()}`)
