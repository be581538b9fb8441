// The whole main job in parts, from the plain to the rare. Each is done from the start, and throws when it is not done.

import { bootstrapParts } from './bootstrap-parts.ts'
import { failureParts } from './failure-parts.ts'
import { refreshParts } from './refresh-parts.ts'
import type { World } from './world.ts'

export interface Part {
  /** Completes "without it, … is refused". */
  readonly name: string
  readonly run: (world: World) => Promise<void>
}

export const parts: readonly Part[] = [...bootstrapParts, ...refreshParts, ...failureParts]
