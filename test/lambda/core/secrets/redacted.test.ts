// However a Redacted is printed, what it holds does not show.

import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Redacted } from '../../../../lambda/core/secrets/redacted.ts'
import { made } from '../../../support/core-samples.ts'

const value = made('token')
const secret = new Redacted(value)
const nested = { deep: { list: [secret], map: new Map([['key', secret]]), set: new Set([secret]) } }

const circular = (): object => {
  const one: Record<string, unknown> = { secret }
  one.self = one
  return one
}

const ways: Readonly<Record<string, () => string>> = {
  'String()': () => String(secret),
  'toString()': () => secret.toString(),
  'toLocaleString()': () => secret.toLocaleString(),
  'a template literal': () => `${secret}`,
  'a sum of strings': () => `a${secret}`.concat(`${secret}`),
  'join of a list': () => [secret, secret].join(),
  'JSON.stringify': () => JSON.stringify(secret),
  'JSON.stringify of what holds it': () => JSON.stringify({ a: { b: [secret] } }),
  'util.inspect': () => inspect(secret),
  'util.inspect of what holds it': () => inspect(nested, { depth: null }),
  'util.inspect of what holds it twice': () => inspect(circular()),
  'util.inspect with hidden properties': () => inspect(nested, { depth: null, showHidden: true, showProxy: true }),
  'util.inspect deeper than it goes': () => inspect(nested, { depth: 0 }),
  'util.inspect of an error that carries it': () =>
    inspect(Object.assign(new Error('no', { cause: nested }), { secret }), { depth: null }),
  'format %s': () => format('%s', secret),
  'format %o': () => format('%o', secret),
  'format %O': () => format('%O', secret),
  'format %j': () => format('%j', secret),
  'format %s of what holds it': () => format('%s', [secret]),
  'format %o of what holds it': () => format('%o', nested),
  'format %O of what holds it': () => format('%O', { secret }),
  'format %j of what holds it': () => format('%j', { secret }),
  'format with no place for it': () => format('it is', secret, { secret }),
}

describe('a redacted value', () => {
  it.each(Object.keys(ways))('does not show in %s', (way) => {
    const text = ways[way]?.()
    expect(text).toBeDefined()
    expect(text).not.toContain(value)
  })

  it.each(Object.keys(ways).filter((way) => !/deeper/.test(way)))('shows as [redacted] in %s', (way) => {
    expect(ways[way]?.()).toContain('[redacted]')
  })

  it('does not show on a console', () => {
    let written = ''
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk)
        done()
      },
    })
    const console = new Console({ stdout: stream, stderr: stream })
    console.log(secret, nested)
    console.log('%s %o %O %j', secret, secret, nested, secret)
    console.error(new Error('no', { cause: secret }))
    console.dir(nested, { depth: null, showHidden: true })
    console.table([{ secret }])
    expect(written.match(/\[redacted\]/g)?.length).toBeGreaterThan(8)
    expect(written).not.toContain(value)
  })

  it('does not show where its own way of printing is passed over', () => {
    expect(inspect(secret, { customInspect: false, showHidden: true })).not.toContain(value)
    expect(inspect({ ...secret })).not.toContain(value)
    expect(inspect(structuredClone(secret))).not.toContain(value)
    expect(Object.values(secret)).toEqual([])
    expect(Reflect.ownKeys(secret)).toEqual([])
    expect(`${Number(secret)}`).toBe('NaN')
  })

  it('is revealed on request', () => {
    expect(secret.reveal()).toBe(value)
  })

  it('equals another that holds the same, and no other', () => {
    expect(secret.equals(new Redacted(value))).toBe(true)
    expect(secret.equals(new Redacted(`${value} `))).toBe(false)
    expect(secret.equals(new Redacted('[redacted]'))).toBe(false)
  })
})
