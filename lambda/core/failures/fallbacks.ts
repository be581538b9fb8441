// What an answer means that no table knows, or of which the HTTP status alone is known.

import { slowDown } from './remedies.ts'
import type { Ruling } from './ruling.ts'
import { checkWay, slowProvider } from './transports.ts'

/** What no table knows, or what an HTTP status alone says. */
export const fallbacks = {
  unknownError: {
    class: 'transient',
    concerns: 'connection',
    remedy: 'Look this error up in the documentation of the identity provider and act on what it says.',
  },
  unknownAnswer: {
    class: 'transient',
    concerns: 'connection',
    remedy: 'Check that the URL of the token endpoint is right and that no proxy on the way answers in its place.',
  },
  unknownTransport: { class: 'transient', concerns: 'connection', remedy: checkWay },
  providerDown: { class: 'transient', concerns: 'connection', remedy: slowProvider },
  tooManyRequests: { class: 'throttled', concerns: 'client', remedy: slowDown },
} as const satisfies Record<string, Ruling>
