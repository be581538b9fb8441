// What an answer means that no table knows, or of which the HTTP status alone is known.

import { askDocumentation, checkUrl, slowDown } from './remedies.ts'
import type { Ruling } from './ruling.ts'
import { checkWay, slowProvider } from './transports.ts'

export const fallbacks = {
  /** Refused in a word, or with a number, that no table knows. */
  unknownRefusal: { class: 'refused', concerns: 'client', remedy: askDocumentation },
  /** Refused without any word: 401 and 403 of a login page or a gateway, 404 of a wrong path. */
  refusalWithoutWord: { class: 'refused', concerns: 'client', remedy: checkUrl },
  /** A status that is no answer to a request. */
  unknownAnswer: { class: 'transient', concerns: 'connection', remedy: checkUrl },
  unknownTransport: { class: 'transient', concerns: 'connection', remedy: checkWay },
  providerDown: { class: 'transient', concerns: 'connection', remedy: slowProvider },
  tooManyRequests: { class: 'throttled', concerns: 'client', remedy: slowDown },
} as const satisfies Record<string, Ruling>
