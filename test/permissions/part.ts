// One part of the main job. It is done from the start, and throws when it is not done.

import type { World } from './world.ts'

export interface Part {
  /** Completes "without it, … is refused". */
  readonly name: string
  readonly run: (world: World) => Promise<void>
}
