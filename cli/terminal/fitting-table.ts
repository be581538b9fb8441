// A table on a terminal that may be narrow: the most important columns, and the names of the columns that do not fit.

import stringWidth from 'string-width'
import type { Colors } from './colors.ts'
import { table } from './table.ts'

export interface Column {
  readonly head: string
  /** One for each row. */
  readonly cells: readonly string[]
}

/** This many columns are always shown, also on a very narrow terminal: name and status. */
const leastColumns = 2

/** @param columns in the order of importance; an empty one is left out */
export const fittingTable = (columns: readonly Column[], room: number, colors: Colors): string => {
  const filled = columns.filter(({ cells }) => cells.some((text) => text !== ''))
  let used = 0
  const fitting = filled.filter((column, index) => {
    used += (index === 0 ? 0 : 2) + widthOf(column)
    return index < leastColumns || used <= room
  })
  const hidden = filled.filter((column) => !fitting.includes(column)).map(({ head }) => head.toLowerCase())
  const rows = columns[0]?.cells.length ?? 0
  const lines = table(
    fitting.map(({ head }) => colors.dim(head)),
    Array.from({ length: rows }, (_, row) => fitting.map(({ cells }) => cells[row] ?? '')),
  )
  return hidden.length === 0 ? lines : `${lines}\n${colors.dim(`A wider terminal shows ${listed(hidden)} too.`)}`
}

const listed = (words: readonly string[]): string => words.join(', ').replace(/, ([^,]*)$/, ' and $1')

/** Not by spreading: a call cannot have that many arguments. */
const widthOf = ({ head, cells }: Column): number =>
  [head, ...cells].reduce((width, text) => Math.max(width, stringWidth(text)), 0)
