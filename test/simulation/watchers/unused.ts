// A part of I1: no refresh token dies of not being used while there was a way to use it.

import { currentOf } from '../world/secrets.ts'
import { grantIn } from './decoded.ts'
import { hindranceOf } from './hindrance.ts'
import type { Scene, Watcher } from './watcher.ts'

/** A token is used when half of its life without use is over at the latest: what is left is for trouble. */
const shareForTrouble = 0.4

interface Life {
  readonly value: string
  readonly diesAt: number
  /** Something else than our own neglect stood in the way, until then. */
  hinderedUntil: number
}

export const unused = (scene: Scene): Watcher => {
  const { secrets, provider, now } = scene
  const lives = new Map<string, Life>()
  let disturbedUntil = 0

  const look = (name: string): string | undefined => {
    const value = grantIn(currentOf(secrets.find({ room: 'grants', name })))?.refresh_token.reveal() ?? ''
    const token = provider.token(value)
    const before = lives.get(name)
    if (token === undefined) return undefined
    const diesAt = provider.diesAt(token)
    const life = before?.value === value && before.diesAt === diesAt ? before : { value, diesAt, hinderedUntil: 0 }
    lives.set(name, life)
    if (now() > diesAt && !token.spent && !token.family.revoked) {
      const trouble = (diesAt - token.usedAt) * shareForTrouble
      const excused = Math.max(life.hinderedUntil, disturbedUntil) > diesAt - trouble
      return excused ? undefined : `grants/${name}: its refresh token died unused`
    }
    if (hindranceOf(scene, name) !== undefined) life.hinderedUntil = now()
    return undefined
  }

  return (event) => {
    if (event.kind === 'disturbed' && event.until > event.at) disturbedUntil = Math.max(disturbedUntil, event.until)
    if (event.kind !== 'looked') return undefined
    for (const { id } of secrets.list(['grants'])) {
      const wrong = look(id.name)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}
