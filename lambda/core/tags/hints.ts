// Further tags of a grant, for people who may not read it: scopes that were not granted, and when the grant ends.

import { type PublishKind, publishKinds, tags } from '../../contract.ts'
import type { Grant } from '../secrets/grant.ts'
import { warnFrom } from '../tokens/ending.ts'
import { missingScopes } from '../tokens/missing-scope.ts'
import { readTime } from './tag-time.ts'
import { tagValue, tagWords } from './tag-value.ts'

/** Written with the tags of a success, but not covered by their seal: no decision depends on them. */
export const hintTags = (grant: Grant): Readonly<Record<string, string>> => ({
  [tags.publish]: grant.publish,
  [tags.account]: tagValue(grant.account?.username ?? ''),
  [tags.missingScope]: tagWords(missingScopes(grant.scope, grant.granted_scope)),
  [tags.ending]: grant.ends_at === undefined ? '' : endingTag(grant.ends_at, grant),
})

const endingTag = (end: Date, grant: Grant): string => `${end.toISOString()} ${warnFrom(end, grant).toISOString()}`

export interface Hints {
  /** User name of the account. */
  readonly account: string | undefined
  /** What apps read. Undefined: not refreshed since the tag exists. */
  readonly publish: PublishKind | undefined
  readonly missingScopes: readonly string[]
  readonly endsAt: Date | undefined
  /** When people are notified of the end. */
  readonly warnFrom: Date | undefined
}

/** Reads tags of any content. */
export const readHints = (all: Readonly<Record<string, string>>): Hints => {
  const [endsAt, from] = (all[tags.ending] ?? '').split(' ').map(readTime)
  const missing = (all[tags.missingScope] ?? '').split(' ').filter((scope) => scope !== '')
  const account = all[tags.account] || undefined
  const publish = publishKinds.find((kind) => kind === all[tags.publish])
  return { account, publish, missingScopes: missing, endsAt, warnFrom: endsAt && from }
}
