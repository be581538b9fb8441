// Habits in a file, for `npm run local -- --habits FILE`: read at the start and whenever the file changes.
//
//   [{ "habit": { "kind": "refuse", "code": 7000112 }, "times": "always", "when": { "tenantId": "example.com" } }]

import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import * as v from 'valibot'
import { habit } from './habit.ts'
import type { Habits } from './habits.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const habitsFile = v.array(
  v.strictObject({
    habit,
    times: v.optional(v.union([count, v.literal('always')])),
    after: v.optional(count),
    when: v.optional(
      v.strictObject({
        tenantId: v.optional(v.string()),
        clientId: v.optional(v.string()),
        userName: v.optional(v.string()),
        grantType: v.optional(v.string()),
      }),
    ),
  }),
)

export type HabitsFile = v.InferOutput<typeof habitsFile>

/** @throws Error that names the place in the file, and what is wrong there */
export const readHabits = (text: string): HabitsFile => {
  const read = v.safeParse(habitsFile, parse(text))
  if (read.success) return read.output
  const [issue] = read.issues
  throw new Error(`${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`)
}

/**
 * The habits of the file replace all present habits. A file that cannot be read changes nothing.
 *
 * @returns a function that stops it
 */
export const followHabits = (file: string, habits: Habits, print: (line: string) => void): (() => void) => {
  const read = (): void => {
    try {
      const all = readHabits(readFileSync(file, 'utf8'))
      habits.clear()
      for (const { habit, ...occasion } of all) habits.add(habit, occasion)
      print(`habits: ${all.length} in ${file}`)
    } catch (error) {
      print(`habits: nothing changed, ${file} cannot be read: ${error instanceof Error ? error.message : error}`)
    }
  }
  read()
  watchFile(file, { interval: 500, persistent: false }, read)
  return () => unwatchFile(file, read)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}
