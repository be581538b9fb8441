// One line of the table of connections: words and colours by urgency.

import type { Terminal } from '../terminal/terminal.ts'
import { day, fromNow, lengthInWords } from '../terminal/times.ts'
import type { ShownConnection } from './connection.ts'

export interface Row {
  readonly now: number
  readonly colors: Terminal['colors']
}

/** The most important columns come first: a narrow terminal leaves out the last ones. */
export const columns: readonly { readonly head: string; readonly cell: (one: ShownConnection, row: Row) => string }[] =
  [
    { head: 'CONNECTION', cell: ({ name }) => name },
    { head: 'STATUS', cell: ({ status }, { colors }) => statusWord(status, colors) },
    { head: 'REASON', cell: ({ reason }) => (reason === undefined ? '' : `${reason.class} ${reason.code}`) },
    { head: 'ACCESS TOKEN', cell: (one, row) => accessToken(one, row) },
    { head: 'REFRESH TOKEN', cell: (one, row) => refreshToken(one, row) },
    { head: 'NEXT ATTEMPT', cell: (one, row) => nextAttempt(one, row) },
    {
      head: 'LAST REFRESH',
      cell: ({ refreshed }, { now }) => (refreshed === undefined ? '' : fromNow(refreshed, now)),
    },
    { head: 'MODE', cell: ({ mode = '' }) => mode },
  ]

export const statusWord = (status: ShownConnection['status'], colors: Row['colors']): string => {
  if (status === 'action-required') return colors.red(status)
  if (status === 'healthy') return colors.green(status)
  return status === 'retrying' ? colors.yellow(status) : colors.dim(status)
}

const quarterOfAnHour = 15 * 60_000

/** How long the published access token is still valid. In keep-alive mode it may have expired. */
const accessToken = ({ mode, expires }: ShownConnection, { now, colors }: Row): string => {
  if (expires === undefined) return ''
  const left = expires.getTime() - now
  if (mode === 'keep-alive') return colors.dim(left > 0 ? `good for ${lengthInWords(left)}` : 'not kept fresh')
  if (left <= 0) return colors.red(`expired ${fromNow(expires, now)}`)
  const words = `good for ${lengthInWords(left)}`
  return left < quarterOfAnHour ? colors.yellow(words) : words
}

const weeks = 14 * day
const month = 30 * day

/** How long until the refresh token dies if it is not used. */
const refreshToken = ({ refreshBy }: ShownConnection, { now, colors }: Row): string => {
  if (refreshBy === undefined) return ''
  const left = refreshBy.getTime() - now
  if (left <= 0) return colors.red('dead')
  const words = `dies in ${lengthInWords(left)}`
  if (left < weeks) return colors.red(words)
  return left < month ? colors.yellow(words) : words
}

const nextAttempt = ({ status, next }: ShownConnection, { now }: Row): string => {
  if (status === 'paused') return 'when resumed'
  return next === undefined || next.getTime() <= now ? 'next tick' : fromNow(next, now)
}
