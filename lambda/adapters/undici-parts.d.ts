// Types of undici's inner modules, which it ships without.

declare module 'undici/lib/api/index.js' {
  const api: object
  export default api
}

declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  export { Dispatcher as default } from 'undici'
}

declare module 'undici/lib/global.js' {
  export { getGlobalDispatcher } from 'undici'
}
