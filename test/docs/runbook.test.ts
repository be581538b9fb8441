// The runbook, the alarms that link it, and the classes that it explains hold together.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  defaultPrefix,
  failureClasses,
  functionNames,
  rooms,
  runbookLink,
  tagPrefix,
  tags,
} from '../../lambda/contract.ts'
import { aadsts } from '../../lambda/core/failures/failure-table.ts'
import { templateWith } from '../lib/support.ts'

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')

/** Headings of the third level, by the heading of the second level above them. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n')
      const parts = section.split(/^### /m).slice(1)
      return [title, new Map(parts.map((part) => [part.split('\n')[0] ?? '', part]))]
    }),
)
const headings = (section: string): string[] => [...(sections.get(section)?.keys() ?? [])]
const anchor = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-')

const alarms = Object.values(templateWith({ signIn: 'on' }).findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
)
const linked = alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#(\S+)$/.exec(AlarmDescription)?.[1])

describe('the runbook', () => {
  it('has a heading for every alarm, and every alarm links one', () => {
    expect(new Set(linked)).toEqual(new Set(headings('Alarms').map(anchor)))
  })

  it('has a heading for every failure class, and for nothing else', () => {
    expect(headings('Failure classes')).toEqual([...failureClasses])
    for (const name of failureClasses) expect(runbookLink('', name)).toBe(`#${anchor(name)}`)
  })

  it.each([...headings('Alarms'), ...headings('Failure classes')])(
    'says of %s what it is, how to look, what to do',
    (name) => {
      const text = sections.get('Alarms')?.get(name) ?? sections.get('Failure classes')?.get(name) ?? ''
      const parts = ['Description', 'Investigation', 'Resolution'].map((part) => text.indexOf(`**${part}.**`))
      expect(parts.every((position) => position > 0)).toBe(true)
      expect(parts).toEqual(parts.toSorted((a, b) => a - b))
    },
  )

  it('links only headings that it has', () => {
    const anchors = new Set([...sections.values()].flatMap((parts) => [...parts.keys()].map(anchor)))
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(15)
    expect(links.filter((link) => !anchors.has(link))).toEqual([])
  })

  it('gives each code the class that the failure table gives it', () => {
    const rows = [...runbook.matchAll(/^\| (AADSTS[^|]+) \| (\w+) \|/gm)]
    expect(rows.length).toBeGreaterThan(10)
    for (const [, codes = '', name = ''] of rows) {
      for (const [, code] of codes.matchAll(/AADSTS(\d+)/g))
        expect([code, aadsts[Number(code)]?.class]).toEqual([code, name])
    }
  })
})

describe('a command of the runbook', () => {
  const commands = [...runbook.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, command = '']) => command)

  it.each(commands)('is a command: %s', (command) => {
    execFileSync('bash', ['-n'], { input: command })
  })

  it('names only secrets, tags and functions that there are', () => {
    const text = commands.join('\n')
    for (const [, room] of text.matchAll(/token-refresher\/(\w+)\//g)) expect(Object.values(rooms)).toContain(room)
    for (const [tag] of text.matchAll(/token-refresher:[\w-]+/g)) expect(Object.values(tags)).toContain(tag)
    for (const [, name] of text.matchAll(/--function-name (\S+)/g)) {
      expect(Object.values(functionNames(defaultPrefix))).toContain(name)
    }
  })

  it('puts no secret on a command line', () => {
    for (const [, value = ''] of commands.join('\n').matchAll(/--secret-string (\S+)/g))
      expect(value).toMatch(/^file:\/\//)
  })

  it('names only tags that there are in the table of tags too', () => {
    const known: readonly string[] = Object.values(tags)
    const named = [...runbook.matchAll(/`(token-refresher:[\w-]+)`/g)].map(([, tag = '']) => tag)
    expect(named.filter((tag) => tag.startsWith(tagPrefix) && !known.includes(tag))).toEqual([])
  })
})
