// What is shown of a status, as tables: words, order and width, without a terminal.

import colors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { mostPromising } from '../../cli/actions/set-client-secret.ts'
import { clientSecretProblem, timeProblem } from '../../cli/login/secret-value.ts'
import { connectionAsJson } from '../../cli/status/as-json.ts'
import type { Reason, ShownClient, ShownConnection } from '../../cli/status/connection.ts'
import { detailsText } from '../../cli/status/details.ts'
import { byUrgency } from '../../cli/status/order.ts'
import { overviewText } from '../../cli/status/overview.ts'
import { clipped, heightOf } from '../../cli/terminal/fit.ts'
import { fromNow, lengthInWords } from '../../cli/terminal/times.ts'
import { day, hour, later, minute, noon } from '../support/core-samples.ts'

const plain = colors.createColors(false)
const now = noon.getTime()

const connection = (name: string, change: Partial<ShownConnection> = {}): ShownConnection => ({
  name,
  status: 'healthy',
  client: 'client',
  account: undefined,
  reason: undefined,
  mode: 'fresh',
  refreshed: later(-5 * minute),
  expires: later(70 * minute),
  refreshBy: later(89 * day),
  endsAt: undefined,
  missingScopes: [],
  publish: undefined,
  next: later(40 * minute),
  ...change,
})

const reason = (change: Partial<Reason> = {}): Reason => ({
  class: 'reauthorize',
  code: 'AADSTS50173',
  meaning: 'grant revoked',
  remedy: 'Sign in again.',
  since: later(-3 * hour),
  failures: 2,
  ofClient: false,
  ...change,
})

describe('everything about a connection', () => {
  const shown = (change: Partial<ShownConnection>) => {
    const one = connection('sales', change)
    const versions = { grant: [], published: [] }
    return {
      text: detailsText(
        { connection: one, client: undefined, secret: 'published', link: undefined, versions },
        { columns: Number.POSITIVE_INFINITY, colors: plain, now },
      ),
      json: connectionAsJson(one),
    }
  }

  it('says when its provider ends it, and what was not granted', () => {
    const { text, json } = shown({ endsAt: later(3 * day), missingScopes: ['Mail.Send', 'Files.Read'] })
    expect(text).toMatch(/^Grant +ends in 3 days \(2026-11-26 12:00Z\)$/m)
    expect(text).toMatch(/^Not granted +Mail\.Send Files\.Read$/m)
    expect(json).toMatchObject({ ends_at: later(3 * day).toISOString(), missing_scope: 'Mail.Send Files.Read' })
  })

  it('says nothing of an end and of scopes where there is nothing to say', () => {
    const { text, json } = shown({})
    expect(text).not.toMatch(/^(Grant|Not granted) /m)
    expect(json).toMatchObject({ ends_at: null, missing_scope: null })
  })
})

describe('lengths of time', () => {
  it.each([
    [999, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [2 * hour - 1, '119 min'],
    [2 * hour, '2 h'],
    [2 * day - 1, '47 h'],
    [2 * day, '2 days'],
    [-3 * day, '3 days'],
  ])('%d ms are %s', (milliseconds, words) => {
    expect(lengthInWords(milliseconds)).toBe(words)
  })

  it.each([
    [0, 'now'],
    [999, 'now'],
    [1000, 'in 1 s'],
    [-5 * minute, '5 min ago'],
  ])('%d ms from now is %s', (milliseconds, words) => {
    expect(fromNow(later(milliseconds), now)).toBe(words)
  })
})

it('puts what needs a person first, then what ends soonest, then by name', () => {
  const all = [
    connection('paused', { status: 'paused' }),
    connection('b'),
    connection('a'),
    connection('soon', { expires: later(20 * minute) }),
    connection('alive', { mode: 'keep-alive', expires: later(-hour), refreshBy: later(2 * day) }),
    connection('retrying', { status: 'retrying' }),
    connection('dead', { status: 'action-required' }),
    connection('new', { status: 'unknown' }),
  ]
  expect(all.toSorted(byUrgency).map(({ name }) => name)).toEqual([
    ...['dead', 'retrying', 'new', 'soon', 'a', 'b', 'paused', 'alive'],
  ])
})

describe('the overview', () => {
  const text = (connections: readonly ShownConnection[], columns = 200, clients: readonly ShownClient[] = []) =>
    overviewText({ connections, clients }, { colors: plain, columns, now })

  it('leaves out what is empty for all, and what does not fit', () => {
    const heads = (columns: number) =>
      text([connection('sales')], columns)
        .split('\n')[0]
        ?.split(/ {2,}/)
    expect(heads(200)).toEqual([
      'CONNECTION',
      'STATUS',
      'ACCESS TOKEN',
      'REFRESH TOKEN',
      'NEXT ATTEMPT',
      'LAST REFRESH',
      'MODE',
    ])
    expect(heads(60)).toEqual(['CONNECTION', 'STATUS', 'ACCESS TOKEN', 'REFRESH TOKEN'])
    expect(heads(1)).toEqual(['CONNECTION', 'STATUS'])
    expect(text([connection('sales')], 60)).toContain('A wider terminal shows next attempt, last refresh and mode too.')
    expect(text([connection('sales')], 200)).not.toContain('wider')
  })

  it.each([10, 24, 60])('takes at most %d lines where no more can be seen at once', (rows) => {
    const all = Array.from({ length: 100 }, (_, index) => connection(`c${index}`))
    const shown = overviewText({ connections: all, clients: [] }, { colors: plain, columns: 80, rows, now })
    expect(heightOf(shown, 80)).toBe(rows)
    expect(shown).toContain('\nc0 ')
    expect(shown).toContain(`and ${100 - (rows - 5)} more`)
    expect(shown).toContain('100 connections: 100 healthy')
  })

  it.each([
    [{ expires: later(-minute) }, 'expired 1 min ago'],
    [{ mode: 'keep-alive' as const, expires: later(-minute) }, 'not kept fresh'],
    [{ refreshBy: later(-1) }, 'dead'],
    [{ refreshBy: later(13 * day) }, 'dies in 13 days'],
    [{ status: 'paused' as const, next: undefined }, 'when resumed'],
    [{ next: undefined }, 'next tick'],
  ])('shows %j as %s', (change, words) => {
    expect(text([connection('sales', change)])).toContain(words)
  })

  it('names the connection or the client in the command to type, where there is only one', () => {
    const remedy = 'Run token-refresher bootstrap <connection> or client set-secret <client id>.'
    const dead = { status: 'action-required' as const, reason: reason({ remedy }) }
    expect(text([connection('sales', dead)], 200)).toContain(
      '\n  Run token-refresher bootstrap sales or client set-secret client.',
    )
    expect(text([connection('sales', dead), connection('support', dead)], 200)).toContain(`\n  ${remedy}`)
  })

  it('explains a reason once for all that have it, and a client at fault instead of its connections', () => {
    const dead = { status: 'action-required' as const, reason: reason() }
    const held = {
      status: 'action-required' as const,
      client: 'app',
      reason: reason({ class: 'client', code: 'AADSTS7000222', meaning: 'client secret expired', ofClient: true }),
    }
    const client: ShownClient = {
      name: 'app',
      status: 'action-required',
      reason: reason({
        ...{ class: 'client', code: 'AADSTS7000222', meaning: 'client secret expired' },
        remedy: 'Make a new client secret.',
      }),
      tokenEndpoint: undefined,
      authMethod: undefined,
      federated: undefined,
      secretExpiries: [],
      renewal: undefined,
    }
    const names = Array.from({ length: 7 }, (_, index) => `c${index}`)
    const shown = text([...names.map((name) => connection(name, dead)), connection('held', held)], 200, [client])
    expect(shown).toContain(
      'client AADSTS7000222 (client secret expired) for 3 h: client app\n  Make a new client secret.',
    )
    expect(shown).toContain(
      'reauthorize AADSTS50173 (grant revoked) for 3 h: c0, c1, c2, c3, c4 and 2 more\n  Sign in again.',
    )
    expect(shown.split('Sign in again.')).toHaveLength(2)
    expect(shown).toContain('8 connections: 8 action-required, 1 client at fault')
    const alone = text([connection('held', held)], 200, [])
    expect(alone, 'where the tags of the client do not say so').toContain('(client secret expired) for 3 h: held\n')
  })
})

describe('text in a room of 10 columns and 3 rows', () => {
  const inRoom = (text: string) => clipped(text, { columns: 10, rows: 3 })

  it.each(['a', 'a\nb\nc', '0123456789\n0123456789a', '\u001b[31m0123456789\u001b[39m\nb\nc'])(
    'is shown as it is when it fits: %j',
    (text) => {
      expect(inRoom(text)).toBe(text)
    },
  )

  it.each([
    ['a\nb\nc\nd', 'a\nb\n… 2 lines more'],
    ['0123456789a\nb\nc', '0123456789a\n… 2 lines more'],
    ['0123456789012345678901234567890', '… 1 lines more'],
  ])('keeps the beginning of %j when it does not', (text, kept) => {
    expect(inRoom(text)).toBe(kept)
  })
})

describe('what is typed', () => {
  it.each([
    ['0b1c2d3e-1111-4222-8333-444455556666', true],
    ['  ', true],
    ['anything-else', false],
  ])('%s is refused as a client secret: %s', (value, refused) => {
    expect(clientSecretProblem(value) !== undefined).toBe(refused)
  })

  it.each([
    ['2028-11-23', false],
    ['2028-11-23T10:00:00Z', false],
    ['2028-02-30', true],
    ['23.11.2028', true],
  ])('%s is refused as a time: %s', (value, refused) => {
    expect(timeProblem(value) !== undefined).toBe(refused)
  })
})

it('tries a client secret with a healthy connection, else with one that only the client has stopped', () => {
  const stopped = connection('stopped', { status: 'action-required', reason: reason({ class: 'client' }) })
  const dead = connection('dead', { status: 'action-required', reason: reason() })
  const choose = (...connections: readonly ShownConnection[]) => mostPromising({ name: 'client', connections })?.name
  expect(choose(dead, stopped, connection('well'))).toBe('well')
  expect(choose(dead, stopped)).toBe('stopped')
  expect(choose(dead, connection('paused', { status: 'paused' }))).toBeUndefined()
})
