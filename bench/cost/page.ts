// node bench/cost/page.ts: prints the tables of docs/reference/cost.md; with --write, puts them into it.

import { readFileSync, writeFileSync } from 'node:fs'
import { countsOfOurs } from './cost.ts'
import { type Counts, dollarsOf, type Item, type Price, prices, together, togetherBesideFree } from './prices.ts'

const pageUrl = new URL('../../docs/reference/cost.md', import.meta.url)

const lean = { dashboard: 'off' }
const leanest = { dashboard: 'off', alarms: 'essential' }

const number = (value: number): string => Math.round(value).toLocaleString('en-US')
const money = (value: number): string => `$${value.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`

const priceText = ({ dollars, per, source }: Price): string =>
  per === undefined ? `$${dollars.toFixed(2)} each ${source}` : `$${dollars.toFixed(2)} per ${number(per)} ${source}`

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const itemised = (): string => {
  const columns = [1, 100, 1000].map((connections) => countsOfOurs(connections))
  const items = Object.keys(prices) as readonly Item[]
  const cell = (counts: Counts, item: Item) => {
    const count = counts[item] ?? 0
    return `${number(count)} = ${money(dollarsOf(item, count))}`
  }
  return table(
    ['what', 'price', '1 connection', '100 connections', '1000 connections'],
    [
      ...items.map((item) => [item, priceText(prices[item]), ...columns.map((counts) => cell(counts, item))]),
      ['**together**', '', ...columns.map((counts) => `**${money(together(counts))}**`)],
    ],
  )
}

const choices = (): string =>
  table(
    ['settings', '1 connection', '1 connection, free tier', '100 connections', '1000 connections'],
    [
      ['defaults', {}] as const,
      ['`dashboard: off`', lean] as const,
      ['`dashboard: off`, `alarms: essential`', leanest] as const,
      ['`signIn: on`, no one signing in', { signIn: 'on' }] as const,
      ['one of `replicaRegions`', { replicaRegions: 'eu-west-1' }] as const,
      ['`clientSecretRenewal: on`, for all clients', { clientSecretRenewal: 'on' }] as const,
    ].map(([name, settings]) => {
      const one = countsOfOurs(1, settings)
      const more = [100, 1000].map((connections) => money(together(countsOfOurs(connections, settings))))
      return [name, money(together(one)), money(togetherBesideFree(one)), ...more]
    }),
  )

const marked = (name: string, text: string): string =>
  `<!-- ${name}: node bench/cost/page.ts --write -->\n${text}\n<!-- end -->`

/** The page with its tables as they are computed now. */
export const withTables = (page: string): string =>
  Object.entries({ items: itemised(), choices: choices() }).reduce(
    (text, [name, made]) => text.replace(new RegExp(`<!-- ${name}:[^]*?<!-- end -->`), marked(name, made)),
    page,
  )

if (import.meta.main) {
  const page = withTables(readFileSync(pageUrl, 'utf8'))
  if (process.argv.includes('--write')) writeFileSync(pageUrl, page)
  else process.stdout.write(`${itemised()}\n\n${choices()}\n`)
}
