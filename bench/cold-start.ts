// How long a fresh process of each bundle takes to its first answer, beside an empty one. In turn, so that a machine
// that slows down slows all of them down.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { startDeployedStack } from '../local/deployed-stack.ts'
import type { BareFunctionOptions } from '../local/functions/bare-function.ts'
import { coldStart } from '../local/functions/cold-start.ts'

const repetitions = 20

const directory = mkdtempSync(join(tmpdir(), 'cold-start-'))
const stack = await startDeployedStack({ assembly: join(directory, 'cdk.out') })
const empty = join(directory, 'empty')
mkdirSync(empty)
writeFileSync(join(empty, 'index.js'), 'exports.handler = async () => ({})\n')

const emptyList = (): number[] => []
const emptyProcess: BareFunctionOptions = { asset: empty, environment: {}, timeoutSeconds: 30 }
const measured = [
  { name: 'empty process', options: emptyProcess, event: {}, times: emptyList() },
  { name: 'refresh, nothing stored', options: stack.processes.refresh, event: {}, times: emptyList() },
  {
    name: 'bootstrap, no such login',
    options: stack.processes.bootstrap,
    event: { connection: 'nobody' },
    times: emptyList(),
  },
]

try {
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { options, event, times } of measured) times.push((await coldStart(options, event)).milliseconds)
  }
} finally {
  await stack.close()
  rmSync(directory, { recursive: true })
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
const base = median(measured[0]?.times ?? [])
const table = new Table({
  head: ['ms', 'median', 'minimum', 'maximum', 'beside empty'],
  style: { head: [], border: [] },
})
for (const { name, times } of measured) {
  const figures = [median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0))
  table.push([name, ...figures, `${(median(times) / base).toFixed(2)} ×`])
}
process.stdout.write(`${repetitions} fresh processes each, Node.js ${process.version}\n${table.toString()}\n`)
