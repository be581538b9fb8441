// Which habits this provider has now, for whom and how often:
//
//   entra.habits.add({ kind: 'refuse', code: 7000215 })                                the next token request
//   entra.habits.add({ kind: 'envelope', as: 'gzip' }, { times: 3 })                   the next three
//   const end = entra.habits.add({ kind: 'throttle' }, { times: 'always', when: { tenantId } })
//
// Several habits can apply to one answer. `npm run local -- --habits FILE` reads the same from a file (habits/file.ts).

import type { LoopbackAnswer } from '../../loopback-server.ts'
import type { Wording } from '../refusal.ts'
import type { TokenRequestFacts } from '../token-endpoint.ts'
import { changed, insteadOf, type Shape } from './applied.ts'
import type { Habit } from './habit.ts'

export interface Occasion {
  /** How many requests. @default 1 */
  readonly times?: number | 'always' | undefined
  /** How many matching requests are answered as usual first. @default 0 */
  readonly after?: number | undefined
  /** Only requests that match all these values. The value of a tenant is its id or a domain. */
  readonly when?: { readonly [Fact in keyof TokenRequestFacts]?: string | undefined } | undefined
}

interface Held {
  readonly habit: Habit | Shape
  readonly when: NonNullable<Occasion['when']>
  before: number
  left: number
}

export class Habits {
  readonly #tenantIdOf: (name: string) => string
  #held: Held[] = []

  /** @param tenantIdOf returns the id of the tenant with this domain, and any other text unchanged */
  constructor(tenantIdOf: (name: string) => string) {
    this.#tenantIdOf = tenantIdOf
  }

  get any(): boolean {
    return this.#held.length > 0
  }

  /**
   * @param habit if it is a function, it changes the answer before all other habits
   * @returns a function that ends the habit
   */
  add(habit: Habit | Shape, { times = 1, after = 0, when = {} }: Occasion = {}): () => void {
    const left = times === 'always' ? Number.POSITIVE_INFINITY : times
    const held = { habit, when, before: after, left }
    this.#held.push(held)
    return () => {
      this.#held = this.#held.filter((one) => one !== held)
    }
  }

  clear(): void {
    this.#held = []
  }

  /** The habits that apply to this request; counts one use of each. Of those that answer in place of processing, only the first. */
  take(facts: TokenRequestFacts, wording: () => Wording): TakenHabits {
    let instead: LoopbackAnswer | undefined
    const changes: (Habit | Shape)[] = []
    for (const held of this.#held.filter(({ when }) => this.#matches(when, facts))) {
      if (held.before > 0) {
        held.before--
        continue
      }
      const answer = insteadOf(held.habit, wording)
      if (answer !== undefined && instead !== undefined) continue
      instead ??= answer
      if (answer === undefined) changes.push(held.habit)
      held.left--
    }
    this.#held = this.#held.filter(({ left }) => left > 0)
    return { instead, change: (answer, now) => changed(answer, changes, now) }
  }

  #matches(when: Held['when'], facts: TokenRequestFacts): boolean {
    const wanted = { ...when, tenantId: when.tenantId && this.#tenantIdOf(when.tenantId) }
    const names = ['tenantId', 'clientId', 'userName', 'grantType'] as const
    return names.every((name) => wanted[name] === undefined || isSame(wanted[name], facts[name]))
  }
}

export interface TakenHabits {
  readonly instead: LoopbackAnswer | undefined
  change(answer: LoopbackAnswer, now: number): LoopbackAnswer
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
