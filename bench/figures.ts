// Figures of repetitions, and how they are printed.

import Table from 'cli-table3'

export interface Summary {
  readonly median: number
  readonly minimum: number
  readonly maximum: number
}

export const summarize = (values: readonly number[]): Summary => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    minimum: at(0),
    maximum: at(sorted.length - 1),
  }
}

export const shown = ({ median, minimum, maximum }: Summary, digits = 2): string =>
  `${median.toFixed(digits)} (${minimum.toFixed(digits)} to ${maximum.toFixed(digits)})`

/** Each repetition beside the same repetition of another. */
export const besides = (values: readonly number[], base: readonly number[]): Summary =>
  summarize(values.map((value, index) => value / (base[index] ?? Number.NaN)))

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

/** A ratio whose extremes are further apart than this part of its median says little. */
const widestSpread = 0.6

const spreadOf = ({ median, minimum, maximum }: Summary): number => (maximum - minimum) / median

/** Measures once more where the spread is too wide to judge by, and takes the narrower one. */
export const steady = async (measure: () => Promise<Summary>, say: (text: string) => void): Promise<Summary> => {
  const first = await measure()
  if (spreadOf(first) <= widestSpread) return first
  say(`The spread of ${shown(first)} is too wide to judge by: measured once more.`)
  const second = await measure()
  return spreadOf(second) < spreadOf(first) ? second : first
}
