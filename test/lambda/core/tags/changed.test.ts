// The tags with what was published and may have to be handed on: read with suspicion, and short enough.

import { describe, expect, it } from 'vitest'
import { publishedKeys, tags } from '../../../../lambda/contract.ts'
import {
  changedAnnouncedTag,
  changedTag,
  readChanged,
  wasAnnounced,
  withChanged,
} from '../../../../lambda/core/tags/changed.ts'

describe('the tag', () => {
  it('is read as it was written, until it was announced', () => {
    const changed = { generation: 12, keys: ['client_secret', 'scope'] } as const
    const written = changedTag(changed)
    expect(written).toEqual({ [tags.changed]: '12 client_secret scope' })
    expect(readChanged(written)).toEqual(changed)
    expect(readChanged({ ...written, ...changedAnnouncedTag(11) })).toEqual(changed)
    expect(readChanged({ ...written, ...changedAnnouncedTag(13) })).toEqual(changed)
    expect(readChanged({ ...written, ...changedAnnouncedTag(12) })).toBeUndefined()
  })

  it('has room for every key and any generation', () => {
    const value = changedTag({ generation: 999_999_999_999_999, keys: publishedKeys })[tags.changed] ?? ''
    expect(value.length).toBeLessThanOrEqual(256)
    expect(value).toMatch(/^[a-z0-9_ ]+$/)
    expect(readChanged({ [tags.changed]: value })?.keys).toEqual(publishedKeys)
  })

  it.each([
    '',
    ' ',
    'nonsense',
    '7',
    '7 ',
    '7 of everything',
    'client_secret 7',
    '-7 client_secret',
    '07 client_secret',
    '7.5 client_secret',
    '1e3 client_secret',
    '9999999999999999 client_secret',
    ' 7 client_secret',
    '７ client_secret',
    '7\tclient_secret',
  ])('%j says nothing', (text) => {
    expect(readChanged({ [tags.changed]: text })).toBeUndefined()
  })

  it('says nothing where it is missing, also where something was announced', () => {
    expect(readChanged({})).toBeUndefined()
    expect(readChanged(changedAnnouncedTag(7))).toBeUndefined()
  })

  it('passes on no word that is not the name of a key', () => {
    expect(readChanged({ [tags.changed]: '7 scope my-password client_secret scope' })).toEqual({
      generation: 7,
      keys: ['client_secret', 'scope'],
    })
  })
})

it('a change was announced, if the same generation was, with these keys', () => {
  const changed = { generation: 7, keys: ['client_secret', 'scope'] } as const
  const all = { ...changedTag(changed), ...changedAnnouncedTag(7) }
  expect(wasAnnounced(all, changed)).toBe(true)
  expect(wasAnnounced(all, { generation: 7, keys: ['scope'] })).toBe(true)
  expect(wasAnnounced(all, { generation: 7, keys: ['client_id', 'scope'] })).toBe(false)
  expect(wasAnnounced(all, { generation: 8, keys: ['scope'] })).toBe(false)
  expect(wasAnnounced({ ...all, ...changedAnnouncedTag(6) }, changed)).toBe(false)
  expect(wasAnnounced({ ...all, [tags.changed]: 'nonsense' }, changed)).toBe(false)
  expect(wasAnnounced({}, changed)).toBe(false)
})

it('two changes together are as of the newer publication', () => {
  const now = { generation: 9, keys: ['scope'] } as const
  expect(withChanged(undefined, now)).toEqual(now)
  expect(withChanged({ generation: 4, keys: ['client_secret', 'scope'] }, now)).toEqual({
    generation: 9,
    keys: ['client_secret', 'scope'],
  })
})
