// The reference pages hold what the code has: keys of a login and of a published secret, settings, events, metrics, outputs.

import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { type EventDetail, events, metrics } from '../../lambda/contract.ts'
import { decodeLogin, loginKeys } from '../../lambda/core/login/login.ts'
import { encodePublished } from '../../lambda/core/secrets/published.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { type Configuration, readConfiguration } from '../../lib/settings/configuration.ts'
import { longestPeriodMinutes } from '../../lib/settings/limits.ts'
import { options, settings } from '../../lib/settings/schema.ts'
import demoLogin from '../../local/demo/login.json' with { type: 'json' }
import { habit } from '../../local/entra/habits/habit.ts'
import { templateWith } from '../lib/support.ts'
import { sampleClient, sampleGrant } from '../support/core-samples.ts'
import { allBlocksRunBy, block, quoted, table, unquoted } from './markdown.ts'

const blocks = allBlocksRunBy('reference')
const loginJson = block(blocks, 'json', '{')
const habitsJson = block(blocks, 'json', '[')

test('every block that says it is run here is', () => {
  expect(blocks.map(({ text }) => text).toSorted()).toEqual([loginJson, habitsJson].toSorted())
})

describe('a login', () => {
  test('as it is shown decodes, and has the keys of the demo’s login', () => {
    expect(decodeLogin(new Redacted(loginJson), false)).toMatchObject({ ok: true })
    expect(Object.keys(JSON.parse(loginJson))).toEqual(Object.keys(demoLogin))
  })

  test('may have the keys that are listed, and no others', () => {
    const listed = table('docs/reference/login.md', 'key of a login').flatMap(([names]) => quoted(names))
    expect(listed.toSorted()).toEqual(loginKeys.toSorted())
  })
})

test('a published secret may have the keys that are listed, and no others', () => {
  const listed = table('docs/reference/contract-for-apps.md', 'key of a published secret').map(([names]) =>
    quoted(names),
  )
  const published = encodePublished(sampleGrant({ publish: 'connection_values' }), sampleClient())
  expect(listed.flat().toSorted()).toEqual(Object.keys(JSON.parse(published.reveal())).toSorted())
  const withToken = encodePublished(sampleGrant({ publish: 'access_token' }), sampleClient())
  expect(listed.slice(0, -1).flat().toSorted()).toEqual(Object.keys(JSON.parse(withToken.reveal())).toSorted())
})

test('the habits of the embedded provider are read as they are shown', () => {
  const shown: readonly { readonly habit: unknown }[] = JSON.parse(habitsJson)
  for (const one of shown) expect(v.safeParse(habit, one.habit).success).toBe(true)
})

describe('the settings', () => {
  const rows = table('docs/reference/settings.md', 'setting')
  const row = (name: string): readonly string[] => rows.find(([first]) => unquoted(first) === name) ?? []

  test('are those that are read, with what is allowed', () => {
    expect(rows.map(([name, , allowed]) => [unquoted(name), unquoted(allowed)])).toEqual(
      Object.entries(options).map(([name, { allowed }]) => [name, allowed]),
    )
    expect(rows.map(([name]) => unquoted(name))).toEqual(settings)
  })

  test('have the defaults that are given', () => {
    const defaults: Configuration = readConfiguration({})
    const unset: Readonly<Record<string, string>> = {
      alarmEmail: 'none',
      reservedConcurrency: 'off',
      privateKeyArn: 'a new key',
      publishedKeyArn: "the account's aws/secretsmanager key",
      replicaRegions: 'none',
      runbookUrl: 'docs/runbook.md, a path in this repository',
      signInUrl: 'the function URL',
      vpc: 'off',
    }
    const written = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value))
    const expected = Object.entries(defaults).map(([name, value]) => [name, written(value ?? unset[name])])
    expect(rows.map(([name, , , given]) => [unquoted(name), unquoted(given)]).toSorted()).toEqual(expected.toSorted())
  })

  test('tie the longest period to the validity that is promised, as it says', () => {
    const [, sum, twice] = /At most (\d+) minus .* half of (\d+) minus/.exec(row('everyMinutes')[1] ?? '') ?? []
    for (const minimumValidityMinutes of [5, 15, 35]) {
      expect(longestPeriodMinutes({ minimumValidityMinutes })).toBe(
        Math.min(Number(sum) - minimumValidityMinutes, Math.floor((Number(twice) - minimumValidityMinutes) / 2)),
      )
    }
  })
})

describe('the page about monitoring', () => {
  const page = 'docs/reference/monitoring.md'
  const listed = (heading: string) => table(page, heading).flatMap(([names]) => quoted(names))

  test('lists every event', () => {
    const { source, ...types } = events
    expect(listed('event').toSorted()).toEqual(Object.values(types).toSorted())
  })

  test('lists every key of an event’s detail', () => {
    const keys = {
      prefix: true,
      connection: true,
      client: true,
      class: true,
      code: true,
      remedy: true,
      since: true,
      access_token_expires_at: true,
      client_secret_expires_at: true,
      ends_at: true,
      sign_in_link: true,
      sign_in_as: true,
      secret: true,
      generation: true,
      changed: true,
      runbook: true,
    } satisfies Record<keyof EventDetail, true>
    expect(listed("key of an event's `detail`")).toEqual(Object.keys(keys))
  })

  test('lists every metric', () => {
    const { namespace, deploymentDimension, classDimension, ...names } = metrics
    expect(listed('metric').toSorted()).toEqual(Object.values(names).toSorted())
  })

  test('lists every alarm, and which of them are essential', () => {
    const names = (settings: Readonly<Record<string, unknown>>) =>
      Object.values(templateWith(settings).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
        String(Properties.AlarmName).replace('token-refresher-', ''),
      )
    expect(listed('alarm').toSorted()).toEqual(names({ signIn: 'on' }).toSorted())
    const essential = table(page, 'alarm').filter((cells) => cells.at(-1) === 'yes')
    expect(essential.flatMap(([cell]) => quoted(cell)).toSorted()).toEqual(
      names({ alarms: 'essential', signIn: 'on' }).toSorted(),
    )
  })

  test('lists every output of the stack', () => {
    expect(listed('output').toSorted()).toEqual(Object.keys(templateWith().findOutputs('*')).toSorted())
  })
})
