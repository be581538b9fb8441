// Clients and grants as Secrets Manager lists them: listed once, for all checks of a run.

import type { Room } from '../../lambda/contract.ts'
import { type Entry, list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'

export interface Rooms {
  readonly clients: () => Promise<readonly Entry[]>
  readonly grants: () => Promise<readonly Entry[]>
}

export const roomsOf = (context: Context): Rooms => ({
  clients: once(() => all(context, 'clients')),
  grants: once(() => all(context, 'grants')),
})

const all = async (context: Context, room: Room): Promise<readonly Entry[]> => {
  const entries: Entry[] = []
  for await (const entry of list(context, [room])) entries.push(entry)
  return entries
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read()
    return reading
  }
}
