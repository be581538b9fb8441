// Routing: requests for a host on the internet go to the embedded service instead, so that a login is the same
// here and there.

import type { Dispatcher } from 'undici'

/** @param routes origins, such as `https://login.microsoftonline.com`, and the origin that answers in their place */
export const routed = (dispatcher: Dispatcher, routes: ReadonlyMap<string, string>): Dispatcher =>
  dispatcher.compose((dispatch) => (options, handler) => {
    const origin = String(options.origin)
    return dispatch({ ...options, origin: routes.get(origin) ?? origin }, handler)
  })
