// How providers write a lifetime: as seconds, and in the other ways that public reports show.

/** @param seconds the true lifetime @param now milliseconds since 1970 */
type Written = (seconds: number, now: number) => unknown

const after = (seconds: number, now: number): Date => new Date(now + seconds * 1000)

export const writtenTimes = {
  null: () => null,
  empty: () => '',
  text: (seconds) => String(seconds),
  /** 3599.5: a library that divides milliseconds. */
  fraction: (seconds) => seconds - 0.5,
  words: (seconds) => `${seconds} seconds`,
  /** A parser that reads only leading digits takes this for 2027 seconds. */
  iso: (seconds, now) => after(seconds, now).toISOString(),
  unix: (seconds, now) => Math.floor(after(seconds, now).getTime() / 1000),
  'unix-text': (seconds, now) => String(Math.floor(after(seconds, now).getTime() / 1000)),
  'unix-milliseconds': (seconds, now) => after(seconds, now).getTime(),
  milliseconds: (seconds) => seconds * 1000,
  zero: () => 0,
  negative: (seconds) => -seconds,
  huge: () => 1e15,
  'not-a-number': () => 'NaN',
  array: (seconds) => [seconds],
  boolean: () => true,
} as const satisfies Readonly<Record<string, Written>>

export type WrittenTime = keyof typeof writtenTimes

export const writtenTimeNames = Object.keys(writtenTimes) as [WrittenTime, ...WrittenTime[]]
