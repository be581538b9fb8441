// From the bytes of an answer to its text: detects compression and character encoding from the bytes; headers may be wrong.

import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  constants as zlib,
  zstdDecompressSync,
} from 'node:zlib'

export type DecodedBody = { readonly text: string } | 'too-large'

type Decompress = (bytes: Buffer) => Buffer

/** Proxies are known to compress a second time. In practice there are no more layers than this. */
const mostLayers = 3

/** @param largestBytes also after decompression, so that a small answer cannot become a large one */
export const decodeBody = (bytes: Buffer, contentEncoding: string, largestBytes: number): DecodedBody => {
  const limits = { maxOutputLength: largestBytes, finishFlush: zlib.Z_SYNC_FLUSH }
  const brotli = { maxOutputLength: largestBytes, finishFlush: zlib.BROTLI_OPERATION_FLUSH }
  const methods: Readonly<Record<Method, Decompress>> = {
    gzip: (input) => gunzipSync(input, limits),
    zlib: (input) => inflateSync(input, limits),
    deflate: (input) => inflateRawSync(input, limits),
    br: (input) => brotliDecompressSync(input, brotli),
    zstd: (input) => zstdDecompressSync(input, { maxOutputLength: largestBytes }),
  }
  let plain = bytes
  for (let layer = 0; layer < mostLayers && !isText(plain); layer++) {
    const unpacked = firstThatFits(
      methodsFor(plain, contentEncoding).map((method) => methods[method]),
      plain,
    )
    if (unpacked === 'too-large') return 'too-large'
    if (unpacked === undefined) break
    plain = unpacked
  }
  return plain.length > largestBytes ? 'too-large' : { text: textOf(plain) }
}

type Method = 'gzip' | 'zlib' | 'deflate' | 'br' | 'zstd'

/** The first bytes identify most methods. Otherwise the method in the header is tried, then the methods without magic bytes. */
const methodsFor = (bytes: Buffer, contentEncoding: string): readonly Method[] => {
  const [first = 0, second = 0] = bytes
  if (first === 0x1f && second === 0x8b) return ['gzip']
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528) return ['zstd']
  const isZlib = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
  const rest: readonly Method[] = /\bbr\b/i.test(contentEncoding) ? ['br', 'deflate'] : ['deflate', 'br']
  return isZlib ? ['zlib', ...rest] : rest
}

/** A method without magic bytes may accept bytes of another method, so an output that is text is preferred. */
const firstThatFits = (methods: readonly Decompress[], bytes: Buffer): Buffer | 'too-large' | undefined => {
  let first: Buffer | 'too-large' | undefined
  for (const decompress of methods) {
    const plain = unpack(decompress, bytes)
    if (plain instanceof Buffer && isText(plain)) return plain
    first ??= plain
  }
  return first
}

const unpack = (decompress: Decompress, bytes: Buffer): Buffer | 'too-large' | undefined => {
  try {
    const plain = decompress(bytes)
    return plain.length > 0 ? plain : undefined
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return tooLarge ? 'too-large' : undefined
  }
}

/** The bytes are JSON, a form or a page, in UTF-8 or UTF-16, regardless of the headers. */
const isText = (bytes: Buffer): boolean => utf16Of(bytes) !== undefined || /^\s*[!-~]/.test(start(bytes))

/** The first characters, if they can be text. A text that begins as JSON or HTML may have another encoding. */
const start = (bytes: Buffer): string => {
  const text = new TextDecoder().decode(bytes.subarray(0, 64), { stream: true })
  if (/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, ''))) return ''
  return !text.includes('\uFFFD') || /^\s*[{[<]/.test(text) ? text : ''
}

/** By its byte order mark, or by the zeros between the first ASCII characters. */
const utf16Of = (bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined => {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (bytes.length < 4) return undefined
  if (isAscii(first) && second === 0 && isAscii(third) && fourth === 0) return 'utf-16le'
  return first === 0 && isAscii(second) && third === 0 && isAscii(fourth) ? 'utf-16be' : undefined
}

const isAscii = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Removes one byte order mark. */
const textOf = (bytes: Buffer): string => new TextDecoder(utf16Of(bytes) ?? 'utf-8').decode(bytes)
