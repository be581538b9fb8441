// A login that did not become a connection: deletes it, or keeps it if a token in it may be valid, and throws an error that says which.

import type { LoginGrant } from '../../core/login/login.ts'
import { isPolled, loginDisposition } from '../../core/login/login-disposition.ts'
import { type Dependencies, StoreFailure } from '../../ports.ts'
import type { BootstrapInProgress } from './bootstrap-in-progress.ts'
import { BootstrapRefused } from './bootstrap-refused.ts'
import type { TokenKeeper } from './keep-token.ts'
import type { Refused } from './request-login-tokens.ts'
import { settle } from './settle.ts'

/** @throws BootstrapRefused always; the login is kept if it holds something that may still be valid */
export const refused = async (
  { store }: Dependencies,
  { login, id }: BootstrapInProgress,
  { keeper, failure, outcome, ofArrived }: Refused & { readonly keeper: TokenKeeper },
): Promise<never> => {
  const { newest } = keeper
  const held: LoginGrant = newest === undefined ? login.grant : { grant_type: 'refresh_token', refresh_token: newest }
  const { kept, untried, note } = loginDisposition(held, ofArrived ?? failure, outcome)
  if (!kept) {
    // The reason of the refusal is more important than a failure of the deletion.
    await settle(store.erase(id))
    throw new BootstrapRefused(failure)
  }
  // A request that the provider has not judged, and a refresh token, may be tried again, so their claims end.
  if ((untried || newest !== undefined) && !isPolled(held)) await keeper.free()
  throw new BootstrapRefused(failure, keeper.isKept ? keptNote(id) : note)
}

/** @throws the error that prevented storing the tokens, with a note if the login holds the refresh token */
export const notStored = async (
  { store }: Dependencies,
  { id }: BootstrapInProgress,
  { keeper, error }: { readonly keeper: TokenKeeper; readonly error: unknown },
): Promise<never> => {
  if (!(error instanceof BootstrapRefused || error instanceof StoreFailure)) throw error
  if (keeper.newest === undefined) {
    await settle(store.erase(id))
    throw error
  }
  const freed = await settle(keeper.free())
  if (!freed.ok && !(freed.error instanceof StoreFailure)) throw freed.error
  throw keeper.isKept ? new BootstrapRefused(error.failure, keptNote(id)) : error
}

/** How to go on without a new sign-in. */
const keptNote = (id: BootstrapInProgress['id']): string => {
  const named = 'arn' in id ? ` with the same "login"` : ''
  return `The refresh token that arrived is kept in the login, in place of what was handed over: start the bootstrap again${named}, and it goes on without a sign-in`
}
