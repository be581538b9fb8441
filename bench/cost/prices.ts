// What AWS asks, in US dollars in us-east-1, where each price was seen, and how much of it is free of charge for ever.

export interface Price {
  readonly dollars: number
  /** For so many. @default 1 */
  readonly per?: number
  /** Of the footnote that says where it was seen. */
  readonly source: '¹' | '²' | '³'
  /** So many a month are free of charge in every account, without an end. @default none */
  readonly free?: number
}

export const prices = {
  secrets: { dollars: 0.4, source: '¹' },
  'ListSecrets calls': { dollars: 0.05, per: 10_000, source: '¹' },
  'other calls of Secrets Manager': { dollars: 0.05, per: 10_000, source: '¹' },
  'KMS keys': { dollars: 1, source: '¹' },
  'KMS requests': { dollars: 0.03, per: 10_000, source: '²', free: 20_000 },
  'Lambda requests': { dollars: 0.2, per: 1_000_000, source: '²', free: 1_000_000 },
  'Lambda GB-seconds, ARM64': { dollars: 13.33, per: 1_000_000, source: '²', free: 400_000 },
  'schedule invocations': { dollars: 1, per: 1_000_000, source: '²', free: 14_000_000 },
  'CloudWatch metrics': { dollars: 0.3, source: '²', free: 10 },
  'CloudWatch alarm metrics': { dollars: 0.1, source: '³', free: 10 },
  'CloudWatch dashboards': { dollars: 3, source: '²', free: 3 },
  'logs, in MB, kept 90 days': { dollars: 0.59, per: 1000, source: '³', free: 5000 },
} as const satisfies Readonly<Record<string, Price>>

/** What is paid for. */
export type Item = keyof typeof prices

/** How many a month. What is absent is none. */
export type Counts = Partial<Readonly<Record<Item, number>>>

const priceOf = (item: Item): Price => prices[item]

export const dollarsOf = (item: Item, count: number): number => {
  const { dollars, per = 1 } = priceOf(item)
  return (count * dollars) / per
}

const items = Object.keys(prices) as readonly Item[]

/** Each item's dollars are rounded to cents, as on a bill. */
export const together = (counts: Counts): number =>
  items.reduce((sum, item) => sum + cents(dollarsOf(item, counts[item] ?? 0)), 0)

/** The same in an account in which nothing else uses what is free of charge. */
export const togetherBesideFree = (counts: Counts): number =>
  items.reduce((sum, item) => {
    const { free = 0 } = priceOf(item)
    return sum + cents(dollarsOf(item, Math.max(0, (counts[item] ?? 0) - free)))
  }, 0)

const cents = (dollars: number): number => Math.round(dollars * 100) / 100
