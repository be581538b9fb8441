// How far the exhaustive search goes.

import { storeFates } from '../world/store.ts'
import { providerFates } from '../world/token-endpoint.ts'
import type { Bounds } from './interleaving.ts'

const everyFault = [...new Set([...Object.values(storeFates), ...Object.values(providerFates)])]

export const bounds: Readonly<Record<string, Bounds>> = {
  // Whoever dies before a call has died after the one before, for all that anybody else can see.
  'two preemptions and a death': { preemptions: 2, faults: 1, faultKinds: ['dies before'], deadly: true },
  'one preemption and any fault': { preemptions: 1, faults: 1, faultKinds: everyFault, deadly: false },
}

/** Random stories that the tests tell, from seed 1. */
export const randomStories = 60
