// `set`: changes how connections are kept and what apps read, with a refresh.

import type { ConnectionSettings } from '../../lambda/contract.ts'
import { findConnection } from '../aws/connection.ts'
import type { Action } from '../context.ts'
import { exitStatus, wrongUsage } from '../exit.ts'
import { refreshNow } from './refresh.ts'

export interface SetOptions {
  readonly mode?: ConnectionSettings['mode'] | undefined
  readonly publish?: ConnectionSettings['publish'] | undefined
}

export const set =
  (names: readonly string[], { mode, publish }: SetOptions): Action =>
  async (context) => {
    const wanted: ConnectionSettings = {
      ...(mode !== undefined && { mode }),
      ...(publish !== undefined && { publish }),
    }
    if (Object.keys(wanted).length === 0) throw wrongUsage('no setting was given', 'Give --mode or --publish.')
    for (const name of names) await findConnection(context, name)
    const shown = await refreshNow(context, names, { set: wanted })
    const said = shown.exitStatus === exitStatus.done ? `Set: ${words(wanted)}.` : notSet
    return { ...shown, text: `${said}\n${shown.text}` }
  }

const words = (set: ConnectionSettings): string =>
  Object.entries(set)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

const notSet = 'Nothing is changed for a connection that was not refreshed.'
