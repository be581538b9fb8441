// Everything that is searched exhaustively, one search after another.

import { rotations } from '../../../lambda/contract.ts'
import { bounds } from './bounds.ts'
import type { Search } from './exhaustive.ts'
import { scenarios } from './scenarios.ts'

export interface NamedSearch extends Search {
  /** Of its bounds. */
  readonly name: string
}

/** @param long whether also what takes minutes: not in the tests */
export const searches = (long: boolean): readonly NamedSearch[] =>
  Object.entries(bounds).flatMap(([name, within]) =>
    rotations.flatMap((rotation) =>
      scenarios
        .filter((scenario) => long || !scenario.long)
        .map((scenario) => ({ name, scenario, rotation, bounds: within })),
    ),
  )
