// How much is measured: small to see that it works, as usual, or everything.

import type { Case } from './refreshes.ts'

interface Extent {
  readonly cases: readonly Case[]
  /** Repetitions. */
  readonly coldStarts: number
  readonly memory: { readonly sizes: readonly number[]; readonly repetitions: number; readonly pages: number }
  readonly fullTick: { readonly connections: number; readonly timeoutSeconds: number }
  readonly quietTicks: { readonly connections: number; readonly repetitions: number }
  readonly outageConnections: number
  /** Repetitions. */
  readonly statuses: number
}

const providers = [0, 50, 150] as const

const casesOf = (connections: number, ticks: number, repetitions: readonly [number, number, number]): Case[] =>
  providers.map((providerMilliseconds, index) => ({
    connections,
    providerMilliseconds,
    ticks,
    repetitions: repetitions[index] ?? 0,
  }))

const usual: Extent = {
  cases: [
    { connections: 1, providerMilliseconds: 0, ticks: 20, repetitions: 3 },
    { connections: 1000, providerMilliseconds: 0, ticks: 1, repetitions: 7 },
  ],
  coldStarts: 20,
  memory: { sizes: [100, 10_000, 50_000], repetitions: 2, pages: 200 },
  fullTick: { connections: 20_000, timeoutSeconds: 100 },
  quietTicks: { connections: 20_000, repetitions: 5 },
  outageConnections: 20_000,
  statuses: 20,
}

export const extents: Readonly<Record<'quick' | 'usual' | 'all', Extent>> = {
  quick: {
    cases: [{ connections: 20, providerMilliseconds: 0, ticks: 1, repetitions: 1 }],
    coldStarts: 1,
    memory: { sizes: [100], repetitions: 1, pages: 10 },
    fullTick: { connections: 1000, timeoutSeconds: 45 },
    quietTicks: { connections: 300, repetitions: 1 },
    outageConnections: 500,
    statuses: 1,
  },
  usual,
  all: {
    ...usual,
    cases: [
      ...casesOf(1, 20, [5, 3, 3]),
      ...casesOf(100, 2, [5, 3, 3]),
      ...casesOf(1000, 1, [7, 3, 3]),
      ...casesOf(10_000, 1, [3, 3, 3]),
    ],
    memory: { sizes: [100, 1000, 10_000, 50_000], repetitions: 3, pages: 500 },
    fullTick: { connections: 50_000, timeoutSeconds: 270 },
  },
}
