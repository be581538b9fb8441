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
