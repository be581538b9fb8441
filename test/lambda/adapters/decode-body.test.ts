// From bytes to text: every compression and encoding, with and without a header that says so, and never more than allowed.

import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeBody } from '../../../lambda/adapters/decode-body.ts'
import { made } from '../../support/core-samples.ts'
import { byteEnvelopes } from '../../support/envelopes.ts'

const limit = 1_000_000
const decode = (body: Buffer, encoding = '') => decodeBody(body, encoding, limit)

const texts: readonly (readonly [string, () => string])[] = [
  ['a token answer', () => JSON.stringify({ access_token: made('access-token'), note: 'é密🔑', expires_in: 3600 })],
  ['a short refusal', () => '{"error":"invalid_grant"}'],
  ['a form', () => `access_token=${made('access-token')}&token_type=bearer`],
  ['a page', () => '<html><body>502 Bad Gateway</body></html>'],
  ['a long answer', () => JSON.stringify({ access_token: made('access-token').repeat(2_000) })],
]

describe.each(Object.entries(byteEnvelopes))('an answer in %s', (_, envelope) => {
  it.each(texts)('is read: %s', (_name, make) => {
    const text = make()
    const { body, headers } = envelope(text)
    expect(decode(body, headers?.['content-encoding'])).toEqual({ text })
  })
})

it('takes no answer in brotli for one in raw deflate, which has no mark either', () => {
  for (let round = 0; round < 2_000; round++) {
    const text = JSON.stringify({ access_token: made('access-token').repeat(1 + (round % 500)) })
    expect(decode(brotliCompressSync(Buffer.from(text), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }))).toEqual({
      text,
    })
  }
})

describe('what is no compression', () => {
  it.each(['', '{}', '[]', '0', 'x', 'Bad Request', ' \n'])('stays as it is: %j', (text) => {
    for (const encoding of ['', 'gzip', 'deflate', 'br']) expect(decode(Buffer.from(text), encoding)).toEqual({ text })
  })

  it('drops one byte order mark, and no more', () => {
    expect(decode(Buffer.from('\uFEFF{}'))).toEqual({ text: '{}' })
    expect(decode(Buffer.from('\uFEFF\uFEFF{}'))).toEqual({ text: '\uFEFF{}' })
  })

  it('is text in another encoding too, of which the ASCII letters stay', () => {
    const token = made('access-token')
    const latin1 = Buffer.from(`{"note":"é","access_token":"${token}"}`, 'latin1')
    for (const encoding of ['', 'gzip', 'deflate', 'br']) {
      expect(decode(latin1, encoding)).toEqual({ text: `{"note":"\uFFFD","access_token":"${token}"}` })
    }
  })

  it('may be bytes that mean nothing', () => {
    for (let seed = 1; seed < 300; seed++) {
      const bytes = Buffer.from(Array.from({ length: seed % 40 }, (_, at) => (seed * 7919 + at * at * 104_729) % 256))
      expect(decode(bytes)).toBeDefined()
    }
  })
})

describe('an answer that was cut off', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['raw deflate', deflateRawSync],
  ])('in %s is read as far as it came', (_, compress) => {
    const text = JSON.stringify({ refresh_token: made('refresh-token'), padding: made('x').repeat(50) })
    const whole = compress(text)
    const decoded = decode(whole.subarray(0, whole.length - 12))
    expect(decoded).not.toBe('too-large')
    expect(text.startsWith(decoded === 'too-large' ? 'x' : decoded.text)).toBe(true)
    expect(decoded === 'too-large' ? '' : decoded.text).toContain('refresh-token')
  })
})

describe('the limit', () => {
  it.each([
    ['gzip', (text: string) => gzipSync(text)],
    ['deflate', (text: string) => deflateSync(text)],
    ['raw deflate', (text: string) => deflateRawSync(text)],
    ['brotli', (text: string) => brotliCompressSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
    ['gzip twice', (text: string) => gzipSync(gzipSync(text))],
  ])('holds after decompression too: %s', (_, compress) => {
    const text = `{"a":"${'a'.repeat(limit - 8)}"}`
    expect(decode(compress(text), 'br')).toEqual({ text })
    expect(decode(compress(`${text} `), 'br')).toBe('too-large')
  })

  it('stops what a few kilobytes would grow into', () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(200_000_000, 0x20)))
    expect(bomb.length).toBeLessThan(10_000)
    expect(decode(bomb)).toBe('too-large')
  })

  it('holds without compression', () => {
    expect(decode(Buffer.alloc(limit, 'a'))).toEqual({ text: 'a'.repeat(limit) })
    expect(decode(Buffer.alloc(limit + 1, 'a'))).toBe('too-large')
  })
})
