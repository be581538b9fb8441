// The year as text for a person: strips, timeline, tables.

import Table from 'cli-table3'
import type colors from 'picocolors'
import type { Fare, RuleReport, TimelineEntry, YearReport } from './report.ts'

type Colors = ReturnType<typeof colors.createColors>

const width = 100

export const picture = (report: YearReport, colors: Colors): string =>
  [
    heading('The year', colors),
    strips(report, colors),
    heading('What happened', colors),
    report.timeline.map((entry) => timelineLine(entry, colors)).join('\n'),
    heading('Connections', colors),
    connectionTable(report),
    heading('What readers saw', colors),
    readers(report),
    heading('Rules', colors),
    report.rules.map((rule) => ruleLine(rule, colors)).join('\n'),
    '',
    verdict(report, colors),
  ].join('\n')

const heading = (text: string, colors: Colors): string => `\n${colors.bold(text)}\n`

const marks: Record<Fare, string> = { alive: '█', trouble: '▒', dead: '·' }

const strips = (report: YearReport, colors: Colors): string => {
  const names = [...report.connections.map(({ connection }) => connection), 'by hand']
  const label = (name: string): string => name.padEnd(Math.max(...names.map(({ length }) => length)) + 2)
  const strip = (fares: readonly Fare[]): string =>
    fares
      .map((fare) => (fare === 'alive' ? colors.green : fare === 'dead' ? colors.red : colors.yellow)(marks[fare]))
      .join('')
  const died = report.control.diedOnDay
  const end = died === undefined ? colors.green('alive') : colors.red(`dead since day ${died}`)
  return [
    ...report.connections.map((one) => `${label(one.connection)}${strip(one.strip)} ${ending(one.status, colors)}`),
    `${label('by hand')}${strip(report.control.strip)} ${end}`,
    colors.dim(`${label('')}${scale(report.days)}`),
    colors.dim(
      `${label('')}${marks.alive} alive   ${marks.trouble} an app found an expired token   ${marks.dead} dead, until a person notices`,
    ),
  ].join('\n')
}

const ending = (status: string, colors: Colors): string =>
  status === 'healthy' ? colors.green('alive') : colors.red(status)

/** One mark stands for five days. */
const scale = (days: number): string => {
  let line = ''
  for (let at = 0; at <= days; at += 90) line = line.padEnd(at / 5) + (at === 0 ? 'day 0' : String(at))
  return line
}

const entryMarks: Record<TimelineEntry['kind'], string> = { note: '·', trouble: '!', action: '✗', good: '✓' }

const timelineLine = ({ day, at, kind, text }: TimelineEntry, colors: Colors): string => {
  const paint = { note: colors.dim, trouble: colors.yellow, action: colors.red, good: colors.green }[kind]
  const when = `day ${String(day).padStart(3)}  ${at.slice(11, 16)}`
  const [first = '', ...rest] = wrap(text, width - 19)
  return [
    `${colors.dim(when)}  ${paint(entryMarks[kind])} ${first}`,
    ...rest.map((line) => ' '.repeat(18) + line),
  ].join('\n')
}

const wrap = (text: string, columns: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= columns) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const plain = { head: [], border: [], compact: true }

const connectionTable = ({ connections }: YearReport): string => {
  const table = new Table({
    head: ['connection', 'mode', 'apps read', 'status', 'refreshes', 'generation', 'refresh token last used'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'right'],
    style: plain,
  })
  for (const one of connections) {
    table.push([
      one.connection,
      one.mode,
      one.publish,
      one.status,
      count(one.refreshes),
      count(one.generation),
      age(one.refreshTokenAgeDays),
    ])
  }
  return table.toString()
}

const age = (days: number): string => {
  if (days < 2 / 24) return `${Math.round(days * 1440)} min ago`
  return days < 2 ? `${(days * 24).toFixed(1)} hours ago` : `${days.toFixed(1)} days ago`
}

const readers = ({ readers: all }: YearReport): string =>
  all
    .map((one) => {
      const lowest = one.lowestValidityMinutes?.toFixed(1)
      return (
        `${one.connection}: looked at ${count(one.looks)} times; while the provider granted, never less than ${lowest} minutes left.\n` +
        `An app read it through the AWS SDK once a day and used the token: ${count(one.reads)} reads, ${one.refusedReads} refused.`
      )
    })
    .join('\n')

const ruleLine = ({ rule, text, checks, violations }: RuleReport, colors: Colors): string => {
  const held = checks > 0 && violations.length === 0
  const mark = held ? colors.green('✓') : colors.red('✗')
  const line = `${mark} ${rule}  ${text.padEnd(92)} ${colors.dim(`${count(checks).padStart(7)} checks`)}`
  return [line, ...violations.map((violation) => colors.red(`      ${violation}`))].join('\n')
}

const verdict = (report: YearReport, colors: Colors): string => {
  const calls = Object.values(report.secretsManagerCalls).reduce((sum, one) => sum + one, 0)
  const requests = Object.values(report.tokenRequests).reduce((sum, one) => sum + one, 0)
  const ran = `${count(report.ticksRun)} were run, the others had nothing due`
  return [
    report.held ? colors.green(colors.bold('Every rule held.')) : colors.red(colors.bold('A rule did not hold.')),
    `${report.days} days, ${count(report.ticks)} ticks (${ran}), ${count(report.refreshes)} refreshes,`,
    `${count(requests)} token requests and ${count(calls)} Secrets Manager calls over loopback,`,
    `in ${report.elapsedSeconds.toFixed(0)} s with at most ${report.peakMemoryMegabytes.toFixed(0)} MB.`,
    '',
    'Next: npm run local  (the same stack in real time)   ·   docs/guides/deploy.md',
  ].join('\n')
}

const count = (number: number): string => number.toLocaleString('en-US')
