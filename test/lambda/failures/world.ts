// Connections over days, with a provider that misbehaves: how long apps read a dead token, and what people are notified.

import { tags } from '../../../lambda/contract.ts'
import { readNotified } from '../../../lambda/core/tags/notified.ts'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import { day, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

export interface Told {
  readonly event: string
  readonly connection: string | undefined
  readonly class: string | undefined
  readonly code: string | undefined
  readonly remedy: string | undefined
}

export interface World extends Embedded {
  readonly names: readonly string[]
  /** User name and tenant of each connection. */
  readonly owners: ReadonlyMap<string, { readonly userName: string; readonly tenantId: string }>
  /** Everything but bootstraps that was announced so far. */
  events(): readonly Told[]
  /** Ticks for so long; `each` is called after every tick. */
  pass(milliseconds: number, each?: (tick: number) => void): Promise<void>
  /** Share of the ticks of the last `pass` after which apps of this connection read a token that the provider refuses. */
  dead(name: string): number
  clientStatus(): ReturnType<typeof readStatus>
  /** Token requests with a refresh token in the last `pass`, by tick. */
  readonly requestsPerTick: readonly number[]
}

/**
 * Connections of one client at `organizations`.
 *
 * @param tenants of each connection in turn; @default one tenant for all of them
 */
export const world = async (names: readonly string[], tenants: readonly string[] = ['contoso']): Promise<World> => {
  const e = await embedded({ reach: withoutNetwork })
  const ids = new Map<string, string>()
  const owners = new Map<string, { userName: string; tenantId: string }>()
  for (const [index, name] of names.entries()) {
    const tenant = tenants[index % tenants.length] ?? 'contoso'
    const tenantId = ids.get(tenant) ?? e.entra.addTenant({ domains: [`${tenant}.example`] }).id
    ids.set(tenant, tenantId)
    const userName = `${name}@${tenant}.example`
    const { password } = e.entra.addUser({ tenantId, userName })
    await e.connect(name, { userName, password })
    owners.set(name, { userName, tenantId })
  }
  const begin = e.eventBus.entries.length
  const requestsPerTick: number[] = []
  const deadTicks = new Map<string, number>()

  const look = (): void => {
    for (const name of names) {
      const token = String(e.current('connections', name).json.access_token)
      if (!e.entra.isLive(token)) deadTicks.set(name, (deadTicks.get(name) ?? 0) + 1)
    }
  }

  const clientStatus = () => {
    const all = Object.fromEntries(e.secret('clients', e.clientId).tags ?? [])
    return readStatus(all, e.current('clients', e.clientId).versionId)
  }

  /** Nothing is due by then, nothing has failed, and people were notified of nothing: such a tick would only list. */
  const isQuiet = (time: number): boolean =>
    clientStatus().failure === undefined &&
    isNotifiedHealthy(e.secret('clients', e.clientId).tags) &&
    names.every((name) => {
      const { status, failure, next } = e.status(name)
      const due = status !== 'paused' && (next === undefined || next.getTime() <= time)
      return failure === undefined && !due && isNotifiedHealthy(e.secret('grants', name).tags)
    })

  return {
    ...e,
    names,
    owners,
    requestsPerTick,
    events: () =>
      e.eventBus.entries.slice(begin).map(({ detailType, detail }) => {
        const { connection, class: failureClass, code, remedy } = Object(detail)
        return { event: detailType, connection, class: failureClass, code, remedy }
      }),
    pass: async (milliseconds, each = () => {}) => {
      requestsPerTick.length = 0
      deadTicks.clear()
      for (const end = e.clock.now() + milliseconds; e.clock.now() < end; ) {
        const before = e.refreshRequests()
        if (isQuiet(e.clock.now() + 5 * minute)) e.clock.advance(5 * minute)
        else await e.tickAfter(5)
        requestsPerTick.push(e.refreshRequests() - before)
        look()
        each(requestsPerTick.length)
      }
    },
    dead: (name) => (deadTicks.get(name) ?? 0) / requestsPerTick.length,
    clientStatus,
  }
}

const isNotifiedHealthy = (all: ReadonlyMap<string, string> | undefined): boolean =>
  ['healthy', undefined].includes(readNotified(all?.get(tags.told)).state)

export const told = ({ events }: World): readonly string[] =>
  events().map(({ event, connection }) => (connection === undefined ? event : `${event}: ${connection}`))

/** The most requests within any hour. */
export const mostInAnHour = (perTick: readonly number[]): number =>
  Math.max(...perTick.map((_, at) => perTick.slice(at, at + 12).reduce((sum, one) => sum + one, 0)))

/** Lets time pass. @returns how often the refresh of one connection failed, by tick */
export const failuresPerTick = async (w: World, name: string, milliseconds: number): Promise<readonly number[]> => {
  const counts: number[] = []
  let before = w.told.outcomes.length
  await w.pass(milliseconds, () => {
    const outcomes = w.told.outcomes.slice(before)
    before = w.told.outcomes.length
    counts.push(outcomes.filter(({ connection, outcome }) => connection === name && outcome.kind === 'failed').length)
  })
  return counts
}

export { day, hour, tags }
