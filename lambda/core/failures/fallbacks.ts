// The meaning of an answer that no table knows, or that has only an HTTP status.

import { askDocumentation, checkUrl, slowDown } from './remedies.ts'
import type { Ruling } from './ruling.ts'
import { checkWay, slowProvider } from './transports.ts'

export const fallbacks = {
  /** Refused with a word or a number that no table knows. */
  unknownRefusal: { class: 'refused', concerns: 'client', remedy: askDocumentation },
  /** Refused without a code: 401 and 403 of a login page or a gateway, 404 of a wrong path. */
  refusalWithoutWord: { class: 'refused', concerns: 'client', remedy: checkUrl },
  /** A status that is not an answer to a token request. */
  unknownAnswer: { class: 'transient', concerns: 'connection', remedy: checkUrl },
  unknownTransport: { class: 'transient', concerns: 'connection', remedy: checkWay },
  providerDown: { class: 'transient', concerns: 'connection', remedy: slowProvider },
  tooManyRequests: { class: 'throttled', concerns: 'client', remedy: slowDown },
} as const satisfies Record<string, Ruling>
