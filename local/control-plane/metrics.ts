// CloudWatch's metrics: those that the functions print in the embedded metric format, and those that Lambda counts.

import * as v from 'valibot'

export interface Datum {
  readonly value: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export type Dimensions = Readonly<Record<string, string>>

/** Kept for this long, which is more than the longest alarm of the stack needs. */
const keptMilliseconds = 3 * 86_400_000

const embedded = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.looseObject({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.looseObject({ Name: v.string() })),
      }),
    ),
  }),
})

export class Metrics {
  readonly #series = new Map<string, Datum[]>()

  put(namespace: string, name: string, dimensions: Dimensions, datum: Datum): void {
    const key = keyOf(namespace, name, dimensions)
    const data = this.#series.get(key) ?? []
    data.push(datum)
    while (data[0] !== undefined && data[0].at < datum.at - keptMilliseconds) data.shift()
    this.#series.set(key, data)
  }

  /** Reads a line that a function has printed, if it is in the embedded metric format. */
  take(line: string): void {
    if (!line.includes('"_aws"')) return
    const parsed = v.safeParse(embedded, parse(line))
    if (!parsed.success) return
    const { _aws: head, ...fields } = parsed.output
    for (const { Namespace, Dimensions: sets, Metrics: all } of head.CloudWatchMetrics) {
      for (const names of sets) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]))
        for (const { Name } of all) {
          for (const value of [fields[Name]].flat()) {
            if (typeof value === 'number') this.put(Namespace, Name, dimensions, { value, at: head.Timestamp })
          }
        }
      }
    }
  }

  /** From `from` up to, but not including, `to`. */
  values(
    namespace: string,
    name: string,
    dimensions: Dimensions,
    { from, to }: { from: number; to: number },
  ): number[] {
    const data = this.#series.get(keyOf(namespace, name, dimensions)) ?? []
    return data.filter(({ at }) => at >= from && at < to).map(({ value }) => value)
  }
}

const keyOf = (namespace: string, name: string, dimensions: Dimensions): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()])

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
