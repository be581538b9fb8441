// Which changes of a published secret a person or a pipeline may have to hand on, and which keys they concern.

import { type PublishedKey, publishedKeys } from '../../contract.ts'
import type { Grant } from './grant.ts'
import type { PublishedValues, StoredPublished } from './published.ts'

/** Values that an ordinary refresh leaves as they are. */
const lastingKeys = ['client_id', 'client_secret', 'token_type'] as const

/**
 * The keys whose values differ, if one of the lasting values differs, the set of keys, the scope, or the sign-in. Undefined: an ordinary
 * refresh.
 *
 * @param before what apps read until now; undefined: nothing that decodes
 */
export const notableChange = (
  before: StoredPublished | undefined,
  now: PublishedValues,
  grant: Pick<Grant, 'generation' | 'bootstrapped_generation'>,
): readonly PublishedKey[] | undefined => {
  const notable =
    before === undefined ||
    isOfEarlierSignIn(before, grant) ||
    lastingKeys.some((key) => before[key] !== now[key]) ||
    publishedKeys.some((key) => (before[key] === undefined) !== (now[key] === undefined)) ||
    !isSameScope(before.scope, now.scope)
  return notable ? publishedKeys.filter((key) => before?.[key] !== now[key]) : undefined
}

/** A person may have edited the grant: a sign-in after its newest tokens is not believed, or every refresh would be notable. */
const isOfEarlierSignIn = (
  before: StoredPublished,
  { generation, bootstrapped_generation: signIn = 0 }: Pick<Grant, 'generation' | 'bootstrapped_generation'>,
): boolean => before.generation < signIn && signIn <= generation

/** A provider may list the same scopes in another order. */
const isSameScope = (before: unknown, now: PublishedValues['scope']): boolean =>
  before === now || (typeof before === 'string' && typeof now === 'string' && sorted(before) === sorted(now))

const sorted = (scope: string): string =>
  scope
    .split(' ')
    .filter((one) => one !== '')
    .toSorted()
    .join(' ')
