// A connection keeps its account: a sign-in as another one changes nothing (I10).

import { ownFailure } from '../../core/failures/failure-table.ts'
import type { Login } from '../../core/login/login.ts'
import { type Account, isOtherAccount, isOtherUser } from '../../core/secrets/account.ts'
import type { Dependencies } from '../../ports.ts'
import type { BootstrapInProgress } from './bootstrap-in-progress.ts'
import { BootstrapRefused } from './bootstrap-refused.ts'
import type { TokenKeeper } from './keep-token.ts'
import { settle } from './settle.ts'

/**
 * The name is compared if the connection has no account yet, or gets another one. Otherwise a user may have a new name, and
 * the account stays the same.
 */
export const isAnother = (login: Login, before: Account | undefined, now: Account | undefined): boolean => {
  const changes = login.another_account === true
  if (!changes && isOtherAccount(before, now)) return true
  return (changes || before === undefined) && isOtherUser(login.expected_username, now)
}

/** A sign-in can be repeated, but an imported token may be the only copy. No message names an account, because Lambda logs it. */
export const refuseAccount = async (
  { store }: Dependencies,
  { id, login }: BootstrapInProgress,
  { keeper, signedIn }: { readonly keeper: TokenKeeper; readonly signedIn: Account | undefined },
): Promise<never> => {
  await settle(login.grant.grant_type === 'refresh_token' ? keeper.free() : store.erase(id))
  // If the answer has no user name, the password belonged to the user of the login.
  const typed = login.grant.grant_type === 'password' ? login.grant.username : undefined
  throw new BootstrapRefused(ownFailure('other_account'), undefined, signedIn?.username ?? typed)
}
