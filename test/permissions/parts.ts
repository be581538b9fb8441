// The whole main job in parts, from the plain to the rare. Each is done from the start, and throws when it is not done.

import { bootstrapParts } from './bootstrap-parts.ts'
import { failureParts } from './failure-parts.ts'
import { federationParts } from './federation-parts.ts'
import type { Part } from './part.ts'
import { refreshParts } from './refresh-parts.ts'
import { renewalParts } from './renewal-parts.ts'
import { signInParts } from './sign-in-parts.ts'

export const parts: readonly Part[] = [
  ...bootstrapParts,
  ...refreshParts,
  ...failureParts,
  ...signInParts,
  ...federationParts,
  ...renewalParts,
]
