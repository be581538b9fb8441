// Envelopes in which a token endpoint's answer may come: compressed, encoded, wrapped. Each from text to bytes and headers.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

export interface Envelope {
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const marked = (mark: readonly number[], body: Buffer): Buffer => Buffer.concat([Buffer.from(mark), body])
const says = (encoding: string) => ({ 'content-encoding': encoding })

/** By compression and encoding: regardless of what the text is, it arrives whole. */
export const byteEnvelopes: Readonly<Record<string, (text: string) => Envelope>> = {
  'plain UTF-8': (text) => ({ body: Buffer.from(text) }),
  'gzip, as the header says': (text) => ({ headers: says('gzip'), body: gzipSync(text) }),
  // modelcontextprotocol/typescript-sdk issue 2408: a proxy takes the header away and leaves the body compressed.
  'gzip without a header': (text) => ({ body: gzipSync(text) }),
  'gzip under the header of brotli': (text) => ({ headers: says('br'), body: gzipSync(text) }),
  'gzip twice': (text) => ({ headers: says('gzip, gzip'), body: gzipSync(gzipSync(text)) }),
  'gzip twice, said once': (text) => ({ headers: says('gzip'), body: gzipSync(gzipSync(text)) }),
  'x-gzip': (text) => ({ headers: says('x-gzip'), body: gzipSync(text) }),
  'plain text under the header of gzip': (text) => ({ headers: says('gzip'), body: Buffer.from(text) }),
  'plain text under the header of deflate': (text) => ({ headers: says('deflate'), body: Buffer.from(text) }),
  'plain text under the header of brotli': (text) => ({ headers: says('br'), body: Buffer.from(text) }),
  'plain text under an unknown header': (text) => ({ headers: says('none-compressions'), body: Buffer.from(text) }),
  'deflate in zlib format': (text) => ({ headers: says('deflate'), body: deflateSync(text) }),
  'deflate in zlib format without a header': (text) => ({ body: deflateSync(text) }),
  'raw deflate': (text) => ({ headers: says('deflate'), body: deflateRawSync(text) }),
  'raw deflate under the header of gzip': (text) => ({ headers: says('gzip'), body: deflateRawSync(text) }),
  'brotli, as the header says': (text) => ({ headers: says('br'), body: brotliCompressSync(text) }),
  'brotli without a header': (text) => ({ body: brotliCompressSync(text) }),
  'zstd, as the header says': (text) => ({ headers: says('zstd'), body: zstdCompressSync(text) }),
  // DollhouseMCP/mcp-server issue 2520.
  'UTF-8 with a byte order mark': (text) => ({ body: marked([0xef, 0xbb, 0xbf], Buffer.from(text)) }),
  'UTF-16 LE with its byte order mark': (text) => ({ body: marked([0xff, 0xfe], Buffer.from(text, 'utf16le')) }),
  'UTF-16 BE with its byte order mark': (text) => ({ body: marked([0xfe, 0xff], utf16be(text)) }),
  'UTF-16 LE without a mark': (text) => ({ body: Buffer.from(text, 'utf16le') }),
  'UTF-16 BE without a mark': (text) => ({ body: utf16be(text) }),
  'UTF-16 with a mark in gzip': (text) => ({ body: gzipSync(marked([0xff, 0xfe], Buffer.from(text, 'utf16le'))) }),
  'a byte order mark in brotli': (text) => ({ headers: says('br'), body: brotliCompressSync(`\uFEFF${text}`) }),
}

const form = (text: string): string => {
  const fields: [string, unknown][] = Object.entries(JSON.parse(text))
  return new URLSearchParams(fields.map(([key, value]): [string, string] => [key, String(value)])).toString()
}

const typed = (type: string) => ({ 'content-type': type })

/** By the form of the text itself, for a JSON object of strings and numbers. */
export const textEnvelopes: Readonly<Record<string, (text: string) => Envelope>> = {
  // danielsz/oauth2-client issue 1.
  'JSON as text/html': (text) => ({ headers: typed('text/html;charset=ISO-8859-1'), body: Buffer.from(text) }),
  // onyx-dot-app/onyx issue 13330: GitHub; the new refresh token was thrown away.
  'a form': (text) => ({
    headers: typed('application/x-www-form-urlencoded; charset=utf-8'),
    body: Buffer.from(form(text)),
  }),
  'a form without a content type': (text) => ({ body: Buffer.from(form(text)) }),
  'a form as JSON': (text) => ({ headers: typed('application/json'), body: Buffer.from(form(text)) }),
  'a form in gzip': (text) => ({ body: gzipSync(form(text)) }),
  'a list of one': (text) => ({ body: Buffer.from(`[${text}]`) }),
  'JSON in a JSON string': (text) => ({ body: Buffer.from(JSON.stringify(text)) }),
  'JSON with blank lines around it': (text) => ({ body: Buffer.from(`\r\n\r\n ${text}\n\n`) }),
  'JSON with a script behind it': (text) => ({ body: Buffer.from(`${text}\n<script src="/injected.js"></script>`) }),
  'JSON with another object behind it': (text) => ({ body: Buffer.from(`${text}\n{"trace":"a}b"}\n`) }),
  'JSON with a zero byte behind it': (text) => ({ body: Buffer.from(`${text}\0`) }),
}

/** Objects and lists around the answer. */
export const wrappers: Readonly<Record<string, (text: string) => Envelope>> = {
  // oauthlib/oauthlib issue 805: Withings.
  'an object beside a status': (text) => ({ body: Buffer.from(`{"status":0,"body":${text}}`) }),
  // NangoHQ/nango pull request 1701: TikTok.
  'an object beside a message': (text) => ({
    body: Buffer.from(`{"message":"OK","code":0,"data":${text},"extra":{}}`),
  }),
  'objects in each other': (text) => ({ body: Buffer.from(`{"result":{"tokens":${text}}}`) }),
  'a list in an object': (text) => ({ body: Buffer.from(`{"data":[${text}],"count":1}`) }),
  'lines of JSON': (text) => ({ body: Buffer.from(`{"warning":"x"}\n${text}\n`) }),
  'a call': (text) => ({ body: Buffer.from(`callback(${text});`) }),
  'a guard in front': (text) => ({ body: Buffer.from(`)]}',\n${text}`) }),
  'a notice of the server in front': (text) => ({ body: Buffer.from(`Notice: x in y on line 3\n${text}`) }),
  'objects around its tokens': (text) => ({ body: Buffer.from(withTokens(text, (token) => ({ value: token }))) }),
  'camel case': (text) => ({
    body: Buffer.from(text.replaceAll(/_([a-z])(?=[a-z_]*":)/g, (_, letter) => letter.toUpperCase())),
  }),
}

const withTokens = (text: string, changed: (token: unknown) => unknown): string =>
  JSON.stringify(JSON.parse(text), (key, value) => (/^(access|refresh)_token$/.test(key) ? changed(value) : value))
