// How far the exhaustive search goes.

import { storeFates } from '../world/store.ts'
import { providerFates } from '../world/token-endpoint.ts'
import type { Bounds } from './interleaving.ts'

const everyFault = [...new Set([...Object.values(storeFates), ...Object.values(providerFates)])]

export const bounds: Readonly<Record<string, Bounds>> = {
  // To all others, a process that dies before a call looks like one that died after the call before.
  'two preemptions and a death': { preemptions: 2, faults: 1, faultKinds: ['dies before'], deadly: true },
  'one preemption and any fault': { preemptions: 1, faults: 1, faultKinds: everyFault, deadly: false },
}

/** Random stories that CI and the mutants run, from seed 1. */
export const randomStories = 60

/**
 * `ALL_STORIES=1`, as in CI: the tests run all stories. Else a half of them, so that `npm test` takes minutes: the first
 * half of the random seeds, and the exhaustive searches of one connection with single-use refresh tokens.
 */
export const allStories = process.env.ALL_STORIES === '1'
