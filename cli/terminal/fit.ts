// Text on a terminal of limited size: how many lines it takes, and the part of its beginning that fits.

import stringWidth from 'string-width'

export interface Room {
  readonly columns: number
  readonly rows: number
}

/** A long line continues on the next one. */
export const heightOf = (text: string, columns: number): number =>
  text.split('\n').reduce((height, line) => height + lineHeight(line, columns), 0)

const lineHeight = (line: string, columns: number): number => Math.max(1, Math.ceil(stringWidth(line) / columns))

/** Lines at the end that do not fit are left out and counted. */
export const clipped = (text: string, { columns, rows }: Room): string => {
  if (heightOf(text, columns) <= rows) return text
  const lines = text.split('\n')
  let left = rows - 1
  const fitting = lines.findIndex((line) => {
    left -= lineHeight(line, columns)
    return left < 0
  })
  return [...lines.slice(0, fitting), `… ${lines.length - fitting} lines more`].join('\n')
}
