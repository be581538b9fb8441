// Two projects: `unit` runs in this process's threads alone and takes seconds; `integration` starts child processes, browsers
// and servers, and lets days pass. Tests share one worker's modules, so a test cleans up what it changes in a process.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

const unit = [
  'test/lambda/{core,usecases,adapters}/**/*.test.ts',
  'test/lambda/*.test.ts',
  'test/lib/**/*.test.ts',
  'test/local/{control-plane,entra,iam,secrets-manager}/**/*.test.ts',
  'test/local/*.test.ts',
]

// Packages that a worker or a process of a test loads are compiled once, and not in each.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/tests')

export default defineConfig({
  test: {
    // Vitest would leave one core unused. Tests of the command wait now and then, for a terminal or for the clock: half as many
    // workers again keep the cores busy meanwhile.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    coverage: {
      provider: 'v8',
      // The command runs in processes of its own, which `npm run coverage:command` measures.
      include: ['lambda/**/*.ts'],
      thresholds: { lines: 97, branches: 94 },
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: unit, isolate: false, testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: unit,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
})
