// I1: a refresh token that the provider would still accept is never lost, overwritten by an older or empty one, or
// deleted. For single-use tokens the gap between redeem and commit cannot be closed: what is lost there is counted, and
// is wrong when nothing happened there.

import type { Process } from '../engine/process.ts'
import type { Change } from '../world/secrets.ts'
import { currentOf } from '../world/secrets.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { wasGranted } from './answers.ts'
import { grantIn } from './decoded.ts'
import { unknownOutcome } from './unknown-outcome.ts'
import { unused } from './unused.ts'
import { isOurs, type Scene, type Succession, successionOf, type Watcher } from './watcher.ts'

/** What a grant with a single-use refresh token can be lost by. */
export const lostBy = {
  death: 'a process died between redeem and commit',
  lostAnswer: "the provider's answer was lost",
  store: 'the store refused it until the invocation ended',
} as const

/** A token on its way from the provider to the store. */
interface Flight {
  readonly connection: string
  readonly value: string
  readonly process: Process
  /** Whether the answer that held it arrived. */
  readonly arrived: boolean
}

export const i1 = (scene: Scene): Watcher => {
  const { provider, secrets } = scene
  const parts = [unused(scene), unknownOutcome(scene)]
  const flights = new Set<Flight>()
  /** Connections whose grant a person has changed: what becomes of it then is not our doing. */
  const touched = new Set<string>()
  /** Families that have ended, by number. */
  const over = new Set<number>()

  const storedToken = (connection: string): string | undefined =>
    grantIn(currentOf(secrets.find({ room: 'grants', name: connection })))?.refresh_token.reveal()

  const stored = (change: Change): string | undefined => {
    const succession = successionOf(change)
    if (change.id.room !== 'grants' || succession === undefined) return undefined
    const { name } = change.id
    const value = grantIn(succession.after)?.refresh_token.reveal()
    const arrived = [...flights].filter((flight) => flight.value === value)
    for (const flight of arrived) flights.delete(flight)
    if (!isOurs(change.by)) {
      touched.add(name)
      return undefined
    }
    const wrong = replaced(scene, succession, touched.has(name))
    // What the provider has just given stands above regardless of what a person has done before.
    if (arrived.length > 0 || change.by.kind === 'bootstrap') touched.delete(name)
    return wrong
  }

  const sent = (asked: Asked): string | undefined => {
    const { request, answer, process } = asked
    if (request.grant.grant_type !== 'refresh_token' || answer === undefined) return undefined
    const used = provider.token(request.grant.refresh_token.reveal())
    if (used === undefined) return undefined
    const { connection, number } = used.family
    if (answer.issued !== undefined) {
      flights.add({ connection, value: answer.issued.value, process, arrived: wasGranted(asked) })
      return undefined
    }
    const ended = used.spent && !over.has(number) && !touched.has(connection)
    if (used.family.revoked) over.add(number)
    return ended && isAtHand(connection, number)
      ? `${connection}: a spent refresh token was used again, which has ended the grant of its successor`
      : undefined
  }

  /** Its newest token is stored, or on its way to the store. */
  const isAtHand = (connection: string, family: number): boolean => {
    const onTheirWay = [...flights].filter(({ arrived, process }) => arrived && process.state === 'running')
    const held = [storedToken(connection), ...onTheirWay.map(({ value }) => value)]
    return held.some((value) => {
      const token = provider.token(value ?? '')
      return token !== undefined && token.family.number === family && !token.spent
    })
  }

  const ended = (process: Process): string | undefined => {
    for (const flight of flights) {
      if (flight.process !== process) continue
      flights.delete(flight)
      const { connection } = flight
      const kept = storedToken(connection)
      if (kept === undefined || kept === flight.value) continue
      // Of another sign-in than what is stored: a bootstrap that has failed has told so.
      if (provider.token(kept)?.family !== provider.token(flight.value)?.family) continue
      if (provider.accepts(kept) || touched.has(connection)) continue
      if (provider.rotation === 'reusable' || provider.token(kept)?.spent !== true) continue
      const why = reasonOf(flight)
      if (why === undefined) return `${connection}: the new refresh token was not stored, and nothing had happened`
      scene.figures.lost.set(why, (scene.figures.lost.get(why) ?? 0) + 1)
      touched.add(connection)
    }
    return undefined
  }

  return (event) => {
    for (const part of parts) {
      const wrong = part(event)
      if (wrong !== undefined) return wrong
    }
    switch (event.kind) {
      case 'stored':
        return stored(event.change)
      case 'asked':
        return sent(event.asked)
      case 'ended':
        return ended(event.process)
      default:
        return undefined
    }
  }
}

/** What happened between redeem and commit; undefined: nothing. */
const reasonOf = ({ arrived, process }: Flight): string | undefined => {
  if (!arrived) return lostBy.lostAnswer
  if (process.state === 'died') return lostBy.death
  // The last try is made when there is time for one more.
  const tried = (process.endedAt ?? 0) > process.deadline - 35_000
  return tried ? lostBy.store : undefined
}

const replaced = ({ provider }: Scene, { id, before, after }: Succession, touched: boolean): string | undefined => {
  const what = `grants/${id.name}`
  if (after === undefined) return `${what} was deleted`
  const old = grantIn(before)
  const oldToken = old && provider.token(old.refresh_token.reveal())
  const made = grantIn(after)
  const token = made && provider.token(made.refresh_token.reveal())
  if (oldToken === undefined) return undefined
  if (token === undefined) return `${what}: its refresh token was overwritten by one that the provider never gave`
  const older =
    token.family.number < oldToken.family.number || (token.family === oldToken.family && token.number < oldToken.number)
  if (older && !touched) return `${what}: its refresh token was overwritten by an older one`
  const dead = provider.accepts(oldToken.value) && !provider.accepts(token.value)
  return dead ? `${what}: a refresh token that is accepted was overwritten by one that is not` : undefined
}
