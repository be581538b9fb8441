// The parts of undici that are used. Its index brings fetch, mocks and caches along: 735 KB in a bundle; in the
// deployed functions this module stands in for the package (see lib's bundling), so that these parts are all there is.

import api from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import { getGlobalDispatcher } from 'undici/lib/global.js'

// As undici's own index does.
Object.assign(Dispatcher.prototype, api)

export { Agent, Dispatcher, getGlobalDispatcher }
