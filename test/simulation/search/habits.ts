// Habits of the provider that random stories draw: one list, in which each can be switched off.

import type { Draw } from '../engine/draw.ts'
import { type OddityKind, oddities, oddityKinds } from '../world/oddities.ts'

/** What lasts for a while, and is not said by one answer (actors/habits.ts). */
export const lastingHabits = [
  'a tenant refuses',
  'a tenant throttles',
  'an unknown word for a while',
  'a refusal that asks to wait',
] as const
export type LastingHabit = (typeof lastingHabits)[number]

export type HabitName = OddityKind | LastingHabit

export const allHabits: readonly HabitName[] = [...oddityKinds, ...lastingHabits]

/** What is drawn. A habit that is taken out leaves all stories without it as they are. */
export const drawnHabits: readonly HabitName[] = allHabits

/** What a story has of them. */
export interface Habits {
  readonly names: readonly HabitName[]
  /** Whether nothing else goes wrong, so that no other fault excuses what follows from them. */
  readonly alone: boolean
  /** Probability of each fate of a token request. */
  readonly fates: ReadonlyMap<string, number>
  /** How often a day each begins, for each connection. */
  readonly daily: ReadonlyMap<HabitName, number>
}

/** @param among which habits there are; default: those that are drawn */
export const habitsOf = (draw: Draw, among: readonly HabitName[] = drawnHabits): Habits => {
  const names = among.filter((name) => draw.chance(`has the habit ${name}`, 0.08))
  const fates = oddityKinds
    .filter((kind) => names.includes(kind))
    .flatMap((kind) => {
      const all = oddities[kind]
      const rate = draw.one(`rate of ${kind}`, [0.01, 0.04]) / all.length
      return all.map(({ name }) => [name, rate] as const)
    })
  const daily = lastingHabits
    .filter((name) => names.includes(name))
    .map((name) => [name, draw.one(`rate of ${name}`, [0.3, 1])] as const)
  const alone = names.length > 0 && draw.chance('habits alone', 0.7)
  return { names, alone, fates: new Map(fates), daily: new Map(daily) }
}
