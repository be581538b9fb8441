// I2: AWSCURRENT of every grant and published secret always decodes, says of its access token what is true, and holds what
// its readers are to have: all that they need, and nothing else.

import type { Grant } from '../../../lambda/core/secrets/grant.ts'
import { type Change, currentOf } from '../world/secrets.ts'
import { grantIn, type Published, publishedIn } from './decoded.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

/** Clocks that differ as they usually do. */
const usual = 120_000

export const i2 = ({ provider, secrets }: Scene): Watcher => {
  const grantOf = (name: string): Grant | undefined => grantIn(currentOf(secrets.find({ room: 'grants', name })))

  /** An app that needs an access token must not hold more; App Connect needs the refresh token of the same grant. */
  const wrongValues = (grant: Grant | undefined, { generation, values }: Published): string | undefined => {
    if (grant?.generation !== generation) return undefined
    if (grant.publish === 'access_token') {
      return Object.values(values).some((value) => value !== undefined) ? 'holds more than its readers need' : undefined
    }
    const { client_id, client_secret, refresh_token } = values
    if (client_id !== grant.client_id) return 'names another client'
    if (!provider.state.clientSecrets.has(String(client_secret))) return 'holds no client secret'
    return refresh_token === grant.refresh_token.reveal() ? undefined : 'holds another refresh token than its grant'
  }

  /** How wrong the clock was by which a token's expiry was reckoned: a later publication cannot know better. */
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
    if (real.family.connection !== id.name) return `${keyOf(id)} holds an access token of ${real.family.connection}`
    const wrong = wrongValues(grantOf(id.name), published)
    if (wrong !== undefined) return `${keyOf(id)} ${wrong}`
    const late = published.expiresAt - real.expiresAt > (reckoned.get(published.access_token) ?? usual)
    return late ? `${keyOf(id)} says that its token lives longer than it does` : undefined
  }

  return (event) => (event.kind === 'stored' && isOurs(event.change.by) ? stored(event.change) : undefined)
}
