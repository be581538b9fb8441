// The menu of odd answers to the next token request: one entry for each named habit of the provider.

import { envelopeNames } from '../entra/habits/envelopes.ts'
import type { Habit } from '../entra/habits/habit.ts'
import { writtenTimeNames } from '../entra/habits/times.ts'
import { otherWordNames } from '../entra/habits/words.ts'

export interface OddAnswer {
  readonly name: string
  readonly habit: Habit
}

interface Group {
  readonly title: string
  readonly answers: readonly OddAnswer[]
}

export const oddAnswers: readonly Group[] = [
  {
    title: 'A field of a success',
    answers: [{ name: 'no refresh token', habit: { kind: 'fields', without: ['refresh_token'] } }],
  },
  {
    title: 'What is around the JSON',
    answers: envelopeNames.map((as) => ({ name: as, habit: { kind: 'envelope', as } })),
  },
  {
    title: 'How the lifetime is written',
    answers: writtenTimeNames.map((as) => ({ name: as, habit: { kind: 'lifetime', as } })),
  },
  {
    title: 'A refusal, as of another provider',
    answers: otherWordNames.map((as) => ({ name: as, habit: { kind: 'say', as } })),
  },
]

/** The id in a form begins with the kind of the habit, because two kinds may use the same name. */
export const idOf = ({ name, habit }: OddAnswer): string => `${habit.kind}/${name}`

export const oddAnswerOf = (id: string): OddAnswer | undefined =>
  oddAnswers.flatMap(({ answers }) => answers).find((one) => idOf(one) === id)
