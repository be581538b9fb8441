// The stand-in servers as a measurement uses them.

import * as v from 'valibot'
import { startAnswering } from '../question.ts'
import { type Places, places, type Report, report, type World } from './world.ts'

export interface StandIn extends Places {
  /** Everything anew. */
  become(world: Partial<World> & Pick<World, 'connections'>): Promise<void>
  report(): Promise<Report>
  stop(): Promise<void>
}

export const startStandIn = async (): Promise<StandIn> => {
  const servers = startAnswering(new URL('server.ts', import.meta.url))
  const found = v.parse(places, await servers.ask({}))
  return {
    ...found,
    become: async (world) => {
      const { connections: due } = world
      const byDefault = { due, storeMilliseconds: 0, providerMilliseconds: 0, quotas: false }
      await servers.ask({ world: { ...byDefault, ...world } })
    },
    report: async () => v.parse(report, await servers.ask({ tell: true })),
    stop: () => servers.stop(),
  }
}
