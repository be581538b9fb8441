// node bench/profile.ts [contender]: where the processor time of a refresh goes, by what it is spent on.

import { Session } from 'node:inspector/promises'
import * as v from 'valibot'
import { contender, tickOf } from './contenders/contenders.ts'
import { tableOf } from './figures.ts'
import { startStandIn } from './stand-in/start.ts'

const connections = 1000
const ticks = 5

/** The innermost frame that one of these knows says what the time was spent on: native code counts for its caller. */
const causes: readonly (readonly [cause: string, files: RegExp])[] = [
  ['garbage collection', /^\(garbage collector\)$/],
  ['SDK: signing', /signature-v4|submodules\/checksum|httpAuthSchemes/],
  [
    'SDK: to and from JSON',
    /@smithy\/core\/.*submodules\/(protocols|schema|serde|cbor)|@aws-sdk\/core\/.*submodules\/protocols/,
  ],
  ['SDK: middleware and the rest', /@smithy\/(?!undici)|@aws-sdk|@aws\//],
  ['Response of fetch, and its stream', /node:internal\/(deps\/undici|webstreams)/],
  ['oauth4webapi', /oauth4webapi/],
  ['undici and sockets', /undici|^node:(internal\/)?(net|stream|streams|stream_base_commons|_http)/],
  ['logs and metrics', /powertools/],
  ['validation (valibot)', /valibot/],
  ['ours: lambda/core', /\/lambda\/core\//],
  ['ours: lambda/usecases', /\/lambda\/usecases\/|p-limit/],
  ['ours: lambda/adapters', /\/lambda\//],
  ['the contender itself', /\/bench\//],
]
const others = 'Node.js itself: promises, timers, events'

const frame = v.object({ functionName: v.string(), url: v.string() })
const profile = v.object({
  nodes: v.array(v.object({ id: v.number(), callFrame: frame, children: v.optional(v.array(v.number()), []) })),
  samples: v.array(v.number()),
  timeDeltas: v.array(v.number()),
})

type Profile = v.InferOutput<typeof profile>

/** Microseconds by cause; idle time is left out. */
export const byCause = ({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> => {
  const parents = new Map(nodes.flatMap(({ id, children }) => children.map((child) => [child, id] as const)))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const causeOf = (id: number | undefined): string => {
    if (id === undefined) return others
    const { functionName = '', url = '' } = frames.get(id) ?? {}
    const found = causes.find(([, files]) => files.test(url === '' ? functionName : url))
    return found?.[0] ?? causeOf(parents.get(id))
  }
  const known = new Map(nodes.map(({ id }) => [id, causeOf(id)]))
  const spent = new Map<string, number>()
  samples.forEach((id, index) => {
    const cause = known.get(id) ?? others
    if (frames.get(id)?.functionName === '(idle)') return
    spent.set(cause, (spent.get(cause) ?? 0) + (timeDeltas[index] ?? 0))
  })
  return spent
}

const measure = async (name: string): Promise<void> => {
  const standIn = await startStandIn()
  const tick = await tickOf(v.parse(contender, name), standIn.awsUrl)
  await standIn.become({ connections })
  for (let warm = 0; warm < 3; warm++) await tick()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  for (let done = 0; done < ticks; done++) await tick()
  const spent = byCause(v.parse(profile, (await session.post('Profiler.stop')).profile))
  session.disconnect()
  await standIn.stop()
  const total = [...spent.values()].reduce((sum, one) => sum + one, 0)
  const rows = [...spent]
    .toSorted(([, a], [, b]) => b - a)
    .map(([cause, time]) => [cause, (time / connections / ticks).toFixed(0), `${((100 * time) / total).toFixed(1)} %`])
  const title = `${name}, ${ticks} ticks of ${connections} connections; profiling itself slows everything down`
  process.stderr.write(`${title}\n${tableOf(['a refresh', 'µs', 'share'], rows)}\n`)
}

if (import.meta.main) {
  await measure(process.argv[2] ?? 'token-refresher')
  process.exit()
}
