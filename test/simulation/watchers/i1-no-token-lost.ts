// I1: a refresh token that the provider would still accept is never lost, overwritten by an older or empty one, or
// deleted. For single-use tokens the gap between redeem and commit cannot be closed: what is lost there is counted, and
// is wrong when nothing happened there.

import type { Process } from '../engine/process.ts'
import type { Change } from '../world/secrets.ts'
import { currentOf } from '../world/secrets.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { wasGranted } from './answers.ts'
import { grantIn } from './decoded.ts'
import { isOurs, type Scene, type Succession, successionOf, type Watcher } from './watcher.ts'

/** A token on its way from the provider to the store. */
interface Flight {
  readonly connection: string
  readonly value: string
  readonly process: Process
  /** Whether the answer that held it arrived. */
  readonly arrived: boolean
}

export const i1 = (scene: Scene): Watcher => {
  const flights = new Set<Flight>()
  /** Connections whose grant a person has changed: what becomes of it then is not our doing. */
  const touched = new Set<string>()

  const stored = (change: Change): string | undefined => {
    const succession = successionOf(change)
    if (change.id.room !== 'grants' || succession === undefined) return undefined
    const { name } = change.id
    const value = grantIn(succession.after)?.refresh_token.reveal()
    for (const flight of flights) if (flight.value === value) flights.delete(flight)
    const byHand = touched.has(name)
    if (change.by.kind === 'bootstrap') touched.delete(name)
    if (isOurs(change.by)) return replaced(scene, succession, byHand)
    touched.add(name)
    return undefined
  }

  const sent = (asked: Asked): string | undefined => {
    const { request, answer, process } = asked
    if (request.grant.grant_type !== 'refresh_token' || scene.provider.rotation !== 'single-use') return undefined
    const used = scene.provider.token(request.grant.refresh_token.reveal())
    if (used === undefined || answer === undefined) return undefined
    const { connection } = used.family
    if (answer.issued !== undefined) {
      const { value } = answer.issued
      flights.add({ connection, value, process, arrived: wasGranted(asked) })
      return undefined
    }
    const stolen =
      used.spent &&
      used.family.revoked &&
      [...flights].some((one) => one.connection === connection && one.arrived && one.process.state === 'running')
    return stolen
      ? `${connection}: a spent refresh token was used while its successor was on its way to the store`
      : undefined
  }

  const ended = (process: Process): string | undefined => {
    for (const flight of flights) {
      if (flight.process !== process) continue
      flights.delete(flight)
      const grant = grantIn(currentOf(scene.secrets.find({ room: 'grants', name: flight.connection })))
      if (grant === undefined || grant.refresh_token.reveal() === flight.value) continue
      const stored = scene.provider.token(grant.refresh_token.reveal())
      // Of another sign-in than what is stored: a bootstrap that has failed has told so.
      if (stored?.family !== scene.provider.token(flight.value)?.family) continue
      if (scene.provider.accepts(grant.refresh_token.reveal()) || touched.has(flight.connection)) continue
      const why = reasonOf(flight)
      if (why === undefined)
        return `${flight.connection}: the new refresh token was not stored, and nothing had happened`
      scene.figures.lost.set(why, (scene.figures.lost.get(why) ?? 0) + 1)
      touched.add(flight.connection)
    }
    return undefined
  }

  return (event) => {
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
  if (!arrived) return 'the answer was lost'
  if (process.state === 'died') return 'the process died'
  // The last try is made when there is time for one more.
  const tried = (process.endedAt ?? 0) > process.deadline - 35_000
  return tried ? 'the store refused it until the invocation ended' : undefined
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
