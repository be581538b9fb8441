// Tables without borders, as gh and kubectl draw them.

import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'

const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' } as const
const chars = {
  ...none,
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const

/** The library takes the square of the rows, so it is given so many at a time. */
const rowsAtOnce = 100

/** Left-aligned columns, two blanks apart. Colours do not count as width. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const colWidths = head.map((_, column) =>
    all.reduce((width, row) => Math.max(width, stripVTControlCharacters(row[column] ?? '').length), 0),
  )
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }
  const parts: string[] = []
  for (let from = 0; from < all.length; from += rowsAtOnce) {
    const part = new Table({ chars, style, colWidths })
    for (const row of all.slice(from, from + rowsAtOnce)) part.push([...row])
    parts.push(part.toString())
  }
  return parts
    .join('\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
