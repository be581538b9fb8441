// The part of undici that is used: a dispatcher with explicit limits. The index of the package loads fetch, mocks and caches
// with it, which would be a fifth of a cold start more (docs/decisions/bundling.md).

import Agent from 'undici/lib/dispatcher/agent.js'

export type { Dispatcher } from 'undici'
export { Agent }
