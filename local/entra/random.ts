// Where random values come from: the system, or a seed that gives the same ones every time.

import { type Cipheriv, createCipheriv, createHash, randomBytes } from 'node:crypto'

export interface Random {
  bytes(length: number): Buffer
  /** Uniform, both ends included. */
  integer(least: number, most: number): number
  guid(): string
  /** Letters, digits, `-` and `_`. */
  text(length: number): string
}

/** @param seed the system's randomness when absent */
export const createRandom = (seed?: string): Random => {
  const bytes = seed === undefined ? randomBytes : seededBytes(seed)
  return {
    bytes,
    integer: (least, most) => least + (bytes(6).readUIntBE(0, 6) % (most - least + 1)),
    guid: () => toGuid(bytes(16)),
    text: (length) =>
      bytes(Math.ceil((length * 3) / 4))
        .toString('base64url')
        .slice(0, length),
  }
}

const seededBytes = (seed: string): ((length: number) => Buffer) => {
  // Most answers draw nothing.
  let stream: Cipheriv | undefined
  return (length) => {
    stream ??= createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
    return stream.update(Buffer.alloc(length))
  }
}

const toGuid = (bytes: Buffer): string => {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
