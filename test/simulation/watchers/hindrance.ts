// What stands in the way of a connection that only a person can mend.

import { pauseIsOver, tags } from '../../../lambda/contract.ts'
import { currentOf, type Secret } from '../world/secrets.ts'
import { clientIn, grantIn } from './decoded.ts'
import type { Scene } from './watcher.ts'

/**
 * `person`: the provider refuses the stored token or every stored client secret, or an operator has paused or removed
 * it. `given-up`: nothing of this, but it has been called a person's matter, and is asked about hourly for a day, then daily.
 */
export const hindranceOf = ({ secrets, provider }: Scene, name: string): 'person' | 'given-up' | undefined => {
  const secret = secrets.find({ room: 'grants', name })
  const grant = grantIn(currentOf(secret))
  const clientSecret = secrets.find({ room: 'clients', name: grant?.client_id ?? '' })
  const client = clientIn(currentOf(clientSecret))
  const refused = grant === undefined || !provider.accepts(grant.refresh_token.reveal())
  const unknown = !client?.client_secrets.some(({ value }) => provider.acceptsSecret(value.reveal(), client.client_id))
  const published = secrets.find({ room: 'connections', name })
  const removed = [secret, published].some((one) => one === undefined || one.deletionAt !== undefined)
  if (refused || unknown || removed || isPaused(secret)) return 'person'
  const givenUp = [secret, clientSecret].some((one) => one?.tags?.get(tags.status) === 'action-required')
  return givenUp ? 'given-up' : undefined
}

/** An operator has paused it, and no bootstrap has ended the pause. */
export const isPaused = (secret: Secret | undefined): boolean =>
  (secret?.tags?.get(tags.paused) ?? pauseIsOver) !== pauseIsOver
