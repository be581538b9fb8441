// I2: AWSCURRENT of every grant and published secret always decodes, and says of its access token what is true.

import type { Change } from '../world/secrets.ts'
import { grantIn, publishedIn } from './decoded.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

/** Clocks that differ as they usually do. */
const usual = 120_000

export const i2 = ({ provider }: Scene): Watcher => {
  /** How wrong the clock was by which a token's expiry was reckoned: whoever publishes it later cannot know better. */
  const reckoned = new Map<string, number>()

  const stored = (change: Change): string | undefined => {
    const after = successionOf(change)?.after
    if (after === undefined) return undefined
    const { id, by } = change
    if (id.room === 'grants') {
      const grant = grantIn(after)
      const token = grant?.access_token.reveal() ?? ''
      if ((by.clockError ?? 0) > usual && !reckoned.has(token)) reckoned.set(token, by.clockError ?? 0)
      return grant === undefined ? `${keyOf(id)} does not decode` : undefined
    }
    if (id.room !== 'connections') return undefined
    const published = publishedIn(after)
    if (published === undefined) return `${keyOf(id)} does not decode`
    const real = provider.accessToken(published.access_token)
    if (real === undefined) return `${keyOf(id)} holds an access token that the provider never gave`
    const late = published.expiresAt - real.expiresAt > (reckoned.get(published.access_token) ?? usual)
    return late ? `${keyOf(id)} says that its token lives longer than it does` : undefined
  }

  return (event) => (event.kind === 'stored' && isOurs(event.change.by) ? stored(event.change) : undefined)
}
