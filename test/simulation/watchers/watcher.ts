// What a watcher is: one rule, held against everything that happens.

import type { Timing } from '../../../lambda/contract.ts'
import type { SecretId } from '../../../lambda/ports.ts'
import type { Process } from '../engine/process.ts'
import type { WorldEvent } from '../world/events.ts'
import type { Provider } from '../world/provider.ts'
import { type Change, currentOf, type Secrets, type Version } from '../world/secrets.ts'

export const ruleNames = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11'] as const
export type RuleName = (typeof ruleNames)[number]

/** What a watcher may look at. */
export interface Scene {
  readonly now: () => number
  readonly secrets: Secrets
  readonly provider: Provider
  readonly timing: Timing
  readonly figures: Figures
}

/** Measured by the way. */
export interface Figures {
  /** What any reader of a fresh connection saw, in minutes, while nothing excused less. */
  lowestValidity: number
  /** The same of a reader who has kept it for as long as a reader may. */
  lowestCachedValidity: number
  /** Grants of single-use refresh tokens that no one has any more, by what happened between redeem and commit. */
  readonly lost: Map<string, number>
}

/** Looks at one event. @returns what is wrong */
export type Watcher = (event: WorldEvent) => string | undefined

/** One version after another was made current. */
export interface Succession {
  readonly id: SecretId
  readonly before: Version | undefined
  /** Undefined: the secret has gone. */
  readonly after: Version | undefined
}

/** Undefined when AWSCURRENT stays where it was. */
export const successionOf = ({ id, before, after }: Change): Succession | undefined => {
  const old = currentOf(before)
  const now = currentOf(after)
  return old?.id === now?.id ? undefined : { id, before: old, after: now }
}

/** One of our own processes, and no person. */
export const isOurs = (writer: Pick<Process, 'kind'> | { readonly kind: string }): boolean =>
  writer.kind === 'refresh' || writer.kind === 'bootstrap'

export const keyOf = ({ room, name }: SecretId): string => `${room}/${name}`
