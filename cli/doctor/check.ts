// One look at one thing: what was found, and what to do when it is not well.

import type { Context } from '../context.ts'

export interface Finding {
  /** `unknown`: it could not be looked at. */
  readonly state: 'well' | 'attention' | 'unknown'
  readonly found: string
  /** One sentence. */
  readonly remedy?: string
}

export interface Check {
  readonly name: string
  /** Without it nothing that follows can be looked at. */
  readonly essential?: true
  readonly look: (context: Context) => Promise<Finding>
}

export const well = (found: string): Finding => ({ state: 'well', found })
export const attention = (found: string, remedy: string): Finding => ({ state: 'attention', found, remedy })

/** `one thing`, `3 things`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`

/** A few names, and how many more. */
export const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
