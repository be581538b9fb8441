// All watchers together: the first rule that is broken ends the story.

import type { WorldEvent } from '../world/events.ts'
import { i1 } from './i1-no-token-lost.ts'
import { i2 } from './i2-decodes.ts'
import { i3 } from './i3-forward.ts'
import { i4 } from './i4-one-child.ts'
import { i5 } from './i5-validity.ts'
import { i6 } from './i6-never-called-dead.ts'
import { i7 } from './i7-nothing-told.ts'
import { i8 } from './i8-no-storms.ts'
import { i9 } from './i9-password-once.ts'
import { i10 } from './i10-same-account.ts'
import { i11Published } from './i11-published-changes.ts'
import { i11 } from './i11-silence.ts'
import { type Figures, type RuleName, ruleNames, type Scene, type Watcher } from './watcher.ts'

export interface Violation {
  readonly rule: RuleName
  readonly what: string
  readonly at: number
}

const watchers: Readonly<Record<RuleName, (scene: Scene) => Watcher>> = {
  I1: i1,
  I2: i2,
  I3: i3,
  I4: i4,
  I5: i5,
  I6: i6,
  I7: i7,
  I8: i8,
  I9: i9,
  I10: i10,
  I11: (scene) => both(i11(scene), i11Published(scene)),
}

export const ruleTexts: Readonly<Record<RuleName, string>> = {
  I1: 'a refresh token that the provider would still accept is never lost, overwritten by an older or empty one, or deleted',
  I2: 'AWSCURRENT of every grant and published secret always decodes',
  I3: 'what apps read never goes backward',
  I4: 'a parent version has at most one child, and a stale writer never replaces AWSCURRENT',
  I5: 'a reader of a fresh connection always finds an access token with the minimum validity left',
  I6: 'no connection, and no client, is given up on the word of one answer, and nothing is deleted because of a failure',
  I7: 'no secret value appears in what is reported',
  I8: 'no write storm and no retry storm',
  I9: 'the password grant is tried once per login',
  I10: 'a connection never changes its account without a person having said so',
  I11: 'what keeps a connection from being refreshed for an hour is reported once, by name, and told as over once',
}

export const noFigures = (): Figures => ({
  lowestValidity: Number.POSITIVE_INFINITY,
  lowestCachedValidity: Number.POSITIVE_INFINITY,
  lost: new Map(),
})

const both =
  (first: Watcher, second: Watcher): Watcher =>
  (event) =>
    first(event) ?? second(event)

/** @param broken is reported of the first rule that is broken */
export const watchAll = (scene: Scene, broken: (violation: Violation) => void): ((event: WorldEvent) => void) => {
  const all = ruleNames.map((rule) => [rule, watchers[rule](scene)] as const)
  return (event) => {
    for (const [rule, watch] of all) {
      const what = watch(event)
      if (what !== undefined) broken({ rule, what, at: scene.now() })
    }
  }
}
