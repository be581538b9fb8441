// The colours of the command. Each contains a mark that only this process knows until it is printed, so that no colour in a
// name, a tag or an answer is taken for one of them.

import { randomInt } from 'node:crypto'
import picocolors from 'picocolors'

const names = ['bold', 'dim', 'green', 'red', 'yellow'] as const

export type Colors = Readonly<Record<(typeof names)[number], (text: string) => string>>

/** Further parameters of the sequence, of four digits each. Functions that measure the width of a text ignore them. */
const mark = Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(';')

/** Its group holds the number of the colour. */
export const ownColor = new RegExp(`\\u001b\\[(\\d+);${mark}m`)

export const makeColors = (enabled: boolean): Colors => {
  const { bold, dim, green, red, yellow } = picocolors.createColors(enabled)
  return { bold: marked(bold), dim: marked(dim), green: marked(green), red: marked(red), yellow: marked(yellow) }
}

const marked = (paint: (text: string) => string): ((text: string) => string) => {
  const [open, close] = paint('|')
    .split('|')
    .map((sequence) => sequence.replace(/m$/, `;${mark}m`))
  return (text) => `${open}${text}${close}`
}
