// I9: the password grant is tried once per login. Never again by itself.

import { personOf } from '../world/provider.ts'
import type { Asked } from '../world/token-endpoint.ts'
import type { Scene, Watcher } from './watcher.ts'

export const i9 = (_: Scene): Watcher => {
  /** What was tried with the login of each connection's user, since a person stored it. */
  const tried = new Map<string, Asked[]>()
  return (event) => {
    if (event.kind === 'stored' && event.change.id.room === 'logins' && event.change.by.kind === 'operator') {
      tried.delete(event.change.id.name)
    }
    if (event.kind !== 'asked' || event.asked.request.grant.grant_type !== 'password') return undefined
    const { asked } = event
    const name = personOf(event.asked.request.grant.username).connection
    const before = tried.get(name) ?? []
    tried.set(name, [...before, asked])
    // What never left may be sent again at once; what the provider had no time for, by another invocation.
    const again = before.some((one) => (one.process === asked.process ? !isUnsent(one) : !wasNotJudged(one)))
    return again ? `the password of ${name} was sent again` : undefined
  }
}

const isUnsent = ({ reply }: Asked): boolean => reply.kind === 'no-answer' && reply.unsent

/** It certainly never reached the provider, or the provider had no time for it. */
const wasNotJudged = ({ reply }: Asked): boolean =>
  reply.kind === 'no-answer' ? reply.unsent : [408, 425, 429].includes(reply.status)
