// Clock and randomness of the operating system.

import { randomUUID } from 'node:crypto'
import type { Clock, Random } from '../ports.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

export const systemRandom: Random = { fraction: () => Math.random(), uuid: () => randomUUID() }
