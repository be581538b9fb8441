// Tables without borders, as gh and kubectl print them.

import stringWidth from 'string-width'

/** Left-aligned columns, two blanks apart. Colours do not count as width, and stay as they are. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => all.reduce((width, row) => Math.max(width, stringWidth(row[column] ?? '')), 0))
  const padded = (text: string, column: number): string =>
    text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(text)))
  return all.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}
