// Wraps text to the width of a terminal: lines break between words, and continue with the same indent.

import { stripVTControlCharacters } from 'node:util'
import sliceAnsi from 'slice-ansi'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** If the terminal is narrower, the second of two columns would have one word in each line. */
const narrowest = 24

/**
 * A word that is longer than a line stays whole, so that an ARN can be copied, and so does a command on a line of its own.
 * A line with two columns, name and value, continues in the second one.
 *
 * @param text as `printable` returns it. At a line break inside a colour, the function ends the colour and begins it again
 * @param columns of the terminal
 */
export const wrapped = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n')

const isCommand = (line: string): boolean => /^ *(\$ )?(aws|az|cdk|npx|token-refresher) [a-z]/.test(line)

const wrappedLine = (line: string, columns: number): string => {
  const bare = stripVTControlCharacters(line)
  if (stringWidth(bare) <= columns || isCommand(bare)) return line
  const second = stringWidth(/^ *\S.*? {2,}(?=\S)/.exec(bare)?.[0] ?? '')
  const own = stringWidth(/^ */.exec(bare)?.[0] ?? '')
  const start = second > 0 && columns - second >= narrowest ? second : own
  const body = wrapAnsi(sliceAnsi(line, start), columns - start, { trim: true })
  return sliceAnsi(line, 0, start) + body.replaceAll('\n', `\n${' '.repeat(start)}`)
}
