// The type of a module of undici that it ships without one.

declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}
