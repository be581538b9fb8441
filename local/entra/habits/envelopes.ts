// The envelope of the JSON in an answer: compression, encodings, other formats, other content types.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { LoopbackAnswer } from '../../loopback-server.ts'

type Envelope = (answer: LoopbackAnswer) => LoopbackAnswer

const bytesOf = ({ body = '' }: LoopbackAnswer): Buffer => Buffer.from(body)

const withHeaders = (answer: LoopbackAnswer, headers: Record<string, string>): LoopbackAnswer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
})

const compressed =
  (compress: (body: Buffer) => Uint8Array, encoding?: string): Envelope =>
  (answer) => ({
    ...(encoding === undefined ? answer : withHeaders(answer, { 'content-encoding': encoding })),
    body: compress(bytesOf(answer)),
  })

const encoded =
  (encode: (text: string) => Buffer): Envelope =>
  (answer) => ({ ...answer, body: encode(bytesOf(answer).toString('utf8')) })

const utf16le = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')

const typed =
  (type: string): Envelope =>
  (answer) =>
    withHeaders(answer, { 'content-type': type })

/** As GitHub answers a client that does not ask for JSON. */
const formEncoded: Envelope = (answer) => {
  const fields = Object.entries(jsonOf(answer)).map(([key, value]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ])
  const body = new URLSearchParams(Object.fromEntries(fields)).toString()
  return { ...typed('application/x-www-form-urlencoded')(answer), body }
}

const html: Envelope = (answer) => ({
  ...typed('text/html')(answer),
  body: '<!doctype html><html><body><h1>Something went wrong</h1></body></html>',
})

/** A field that is nested so deep that a recursive reader overflows its stack. */
const nested: Envelope = (answer) => {
  const text = bytesOf(answer).toString('utf8').trimEnd()
  return { ...answer, body: `${text.slice(0, -1)},"extension":${'['.repeat(5000)}${']'.repeat(5000)}}` }
}

export const envelopes = {
  gzip: compressed(gzipSync, 'gzip'),
  'gzip-unsaid': compressed(gzipSync),
  'gzip-twice': compressed((body) => gzipSync(gzipSync(body)), 'gzip, gzip'),
  deflate: compressed(deflateSync, 'deflate'),
  'deflate-unsaid': compressed(deflateSync),
  /** Raw deflate without the zlib header, which some servers send as deflate. */
  'deflate-raw': compressed(deflateRawSync, 'deflate'),
  br: compressed(brotliCompressSync, 'br'),
  /** Brotli has no magic bytes, and there is no header, so the format is not stated anywhere. */
  'br-unsaid': compressed(brotliCompressSync),
  zstd: compressed(zstdCompressSync, 'zstd'),
  /** The header says gzip, and the body is plain. */
  'plain-called-gzip': compressed((body) => body, 'gzip'),
  bom: encoded((text) => Buffer.from(`\ufeff${text}`)),
  'gzip-of-bom': (answer) => compressed(gzipSync, 'gzip')({ ...answer, body: `\ufeff${bytesOf(answer)}` }),
  'utf-16le': encoded(utf16le),
  'utf-16be': encoded((text) => utf16le(text).swap16()),
  form: formEncoded,
  'text-plain': typed('text/plain'),
  'text-html': typed('text/html'),
  blanks: encoded((text) => Buffer.from(`\r\n \t${text}\r\n\r\n`)),
  nested,
  array: encoded((text) => Buffer.from(`[${text}]`)),
  html,
  truncated: encoded((text) => Buffer.from(text.slice(0, -2))),
  empty: encoded(() => Buffer.alloc(0)),
} as const satisfies Readonly<Record<string, Envelope>>

export type EnvelopeName = keyof typeof envelopes

export const envelopeNames = Object.keys(envelopes) as [EnvelopeName, ...EnvelopeName[]]

/** The JSON of an answer without an envelope; empty if the body is not JSON. */
export const jsonOf = (answer: LoopbackAnswer): Record<string, unknown> => {
  try {
    return { ...JSON.parse(bytesOf(answer).toString('utf8')) }
  } catch {
    return {}
  }
}
