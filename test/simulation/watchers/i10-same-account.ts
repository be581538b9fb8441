// I10: a connection never changes its account without a person having said so. What the provider has never said is not known, and
// no change.

import { accountIn } from '../../../lambda/core/tokens/account-in.ts'
import { type Change, currentOf } from '../world/secrets.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { wasGranted } from './answers.ts'
import { grantIn, publishedIn } from './decoded.ts'
import { isOurs, type Scene, successionOf, type Watcher } from './watcher.ts'

export const i10 = ({ provider }: Scene): Watcher => {
  /** Refresh tokens that came with an answer which said whose they are. */
  const named = new Set<string>()
  /** Whose each connection is, by all that was stored for it. */
  const accounts = new Map<string, string>()
  /** Connections of which a person has said that another account may take their place. */
  const said = new Set<string>()

  const stored = (change: Change): string | undefined => {
    const { name } = change.id
    const text = currentOf(change.after)?.string ?? '{}'
    if (change.id.room === 'logins' && change.by.kind === 'operator' && Object(JSON.parse(text)).another_account) {
      said.add(name)
    }
    if (change.id.room === 'grants' && change.after?.deletionAt !== undefined) accounts.delete(name)
    return change.id.room === 'grants' ? granted(change) : published(change)
  }

  const granted = (change: Change): string | undefined => {
    const after = grantIn(successionOf(change)?.after)
    const { name } = change.id
    const value = after?.refresh_token.reveal() ?? ''
    const account = provider.token(value)?.family.account
    const before = accounts.get(name)
    if (account === undefined || !named.has(value)) {
      // Neither a grant that a person has damaged nor a sign-in of which the provider does not say whose it is names an account.
      if (successionOf(change)?.after !== undefined && account !== before) accounts.delete(name)
      return undefined
    }
    accounts.set(name, account)
    const wrong = isOurs(change.by) && before !== undefined && before !== account && !said.has(name)
    return wrong ? `grants/${name}: was ${before}'s, and is ${account}'s without a person having said so` : undefined
  }

  const published = ({ id, by, after }: Change): string | undefined => {
    if (id.room !== 'connections' || !isOurs(by) || said.has(id.name)) return undefined
    const token = publishedIn(currentOf(after))?.access_token ?? ''
    const account = provider.accessToken(token)?.family.account
    const owner = accounts.get(id.name)
    const wrong = account !== undefined && owner !== undefined && account !== owner
    return wrong ? `connections/${id.name}: is ${owner}'s, and shows a token of ${account}` : undefined
  }

  return (event) => {
    if (event.kind === 'asked' && saysWho(event.asked)) named.add(event.asked.answer?.issued?.value ?? '')
    return event.kind === 'stored' ? stored(event.change) : undefined
  }
}

const saysWho = (asked: Asked): boolean => {
  if (!wasGranted(asked) || asked.reply.kind !== 'answer') return false
  try {
    return accountIn(JSON.parse(asked.reply.body)) !== undefined
  } catch {
    return false
  }
}
