// I5: a wrong, stale or missing tag may cost a read, never a lapse: while provider and store answer, a reader of a fresh
// connection always finds an access token with the minimum validity left, and one fault alone is no excuse.

import { type Mode, readerCacheMinutes, tags } from '../../../lambda/contract.ts'
import { type Change, currentOf } from '../world/secrets.ts'
import { clientIn, grantIn, type Published, publishedIn } from './decoded.ts'
import { isOurs, type Scene, successionOf, type Watcher } from './watcher.ts'

interface Sight {
  expiresAt: number
  mode: Mode
  /** Something that only a person can mend has stood in the way since the last refresh. */
  excused: boolean
}

const minute = 60_000

/** Two faults within this may cost a lapse: the second hits the attempt that makes good for the first. */
const memory = 60 * minute

export const i5 = (scene: Scene): Watcher => {
  const sights = new Map<string, Sight>()
  /** When it really ends, whatever is said of it. */
  const expiryOf = ({ access_token, expiresAt }: Published): number =>
    scene.provider.accessToken(access_token)?.expiresAt ?? expiresAt
  for (const { id, secret } of scene.secrets.list(['connections'])) {
    const published = publishedIn(currentOf(secret))
    const grant = grantIn(currentOf(scene.secrets.find({ room: 'grants', name: id.name })))
    if (published === undefined || grant === undefined) continue
    sights.set(id.name, { expiresAt: expiryOf(published), mode: grant.mode, excused: false })
  }
  let faults: { readonly at: number; readonly until: number }[] = []

  /** What apps have read until now, at its lowest. */
  const look = (name: string, sight: Sight): string | undefined => {
    const { figures, timing, now } = scene
    excuse(name, sight)
    if (sight.mode !== 'fresh' || sight.excused || disturbed(sight.expiresAt)) return undefined
    const validity = (sight.expiresAt - now()) / minute
    figures.lowestValidity = Math.min(figures.lowestValidity, validity)
    figures.lowestCachedValidity = Math.min(figures.lowestCachedValidity, validity - readerCacheMinutes)
    if (validity >= timing.minimumValidityMinutes) return undefined
    return `connections/${name}: its access token was left with ${validity.toFixed(1)} minutes`
  }

  const disturbed = (expiresAt: number): boolean => {
    const from = Math.min(scene.now(), expiresAt - scene.timing.minimumValidityMinutes * minute) - memory
    faults = faults.filter(({ until }) => until > scene.now() - 3 * memory)
    const recent = faults.filter(({ until }) => until >= from)
    return recent.length > 1 || recent.some(({ at, until }) => until > at)
  }

  /** The provider refuses the stored token, or every stored client secret; an operator has paused it. */
  const excuse = (name: string, sight: Sight): void => {
    const secret = scene.secrets.find({ room: 'grants', name })
    const grant = grantIn(currentOf(secret))
    const clientSecret = scene.secrets.find({ room: 'clients', name: grant?.client_id ?? '' })
    const client = clientIn(currentOf(clientSecret))
    const refused = grant === undefined || !scene.provider.accepts(grant.refresh_token.reveal())
    const unknown = !client?.client_secrets.some(({ value }) => scene.provider.acceptsSecret(value.reveal()))
    const published = scene.secrets.find({ room: 'connections', name })
    const removed = [secret, published].some((one) => one === undefined || one.deletionAt !== undefined)
    // Whether it was right to give up is for another rule to say.
    const givenUp = [secret, clientSecret].some((one) => one?.tags?.get(tags.status) === 'action-required')
    if (refused || unknown || removed || givenUp || secret?.tags?.has(tags.paused)) sight.excused = true
  }

  const stored = (change: Change): string | undefined => {
    const succession = successionOf(change)
    const { room, name } = change.id
    const sight = sights.get(name)
    if (room === 'grants') {
      const known = sight !== undefined ? look(name, sight) : undefined
      if (sight !== undefined && !isOurs(change.by) && succession !== undefined) sight.excused = true
      return known
    }
    if (room !== 'connections' || succession === undefined) return undefined
    const wrong = sight && look(name, sight)
    const published = publishedIn(succession.after)
    const grant = grantIn(currentOf(scene.secrets.find({ room: 'grants', name })))
    const mode = grant?.mode ?? 'keep-alive'
    if (published === undefined) sights.delete(name)
    else sights.set(name, { expiresAt: expiryOf(published), mode, excused: !isOurs(change.by) })
    return wrong
  }

  const all = (): string | undefined => {
    for (const [name, sight] of sights) {
      const wrong = look(name, sight)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }

  return (event) => {
    switch (event.kind) {
      case 'stored':
        return stored(event.change)
      case 'disturbed':
        faults.push(event)
        return undefined
      case 'looked':
        return all()
      default:
        return undefined
    }
  }
}
