// One check of one thing: what was found, and what to do if it is not as it should be.

import type { Context } from '../context.ts'
import type { Rooms } from './rooms.ts'

export interface Finding {
  /** `unknown`: the check was not possible. */
  readonly state: 'well' | 'attention' | 'unknown'
  readonly found: string
  /** One sentence. */
  readonly remedy?: string
}

export interface Check {
  readonly name: string
  /** If this check fails, no later check is possible. */
  readonly essential?: true
  readonly look: (context: Context, rooms: Rooms) => Promise<Finding>
}

export const well = (found: string): Finding => ({ state: 'well', found })
export const attention = (found: string, remedy: string): Finding => ({ state: 'attention', found, remedy })

/** `one thing`, `3 things`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`

/** The first names, and the number of the others. */
export const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
