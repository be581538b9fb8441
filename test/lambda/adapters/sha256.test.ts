// The digests that signatures are made of, beside those of the SDK's own class.

import { randomBytes } from 'node:crypto'
import { Sha256 as OfTheSdk } from '@smithy/core/checksum'
import { describe, expect, it } from 'vitest'
import { Sha256 } from '../../../lambda/adapters/sha256.ts'

const hex = async (
  Class: typeof Sha256 | typeof OfTheSdk,
  chunks: readonly Uint8Array[],
  secret?: string | Uint8Array | ArrayBuffer,
) => {
  const hash = new Class(secret)
  for (const chunk of chunks) hash.update(chunk)
  return Buffer.from(await hash.digest()).toString('hex')
}

const bytes = randomBytes(48)
const view = new Uint8Array(bytes.buffer, bytes.byteOffset + 3, 32)
const keys = [undefined, 'AWS4é', view, Uint8Array.from(view).buffer] as const
const messages = [[], [Buffer.from('one')], [Buffer.from('one'), randomBytes(200)]]

describe('SHA-256', () => {
  it.each(keys.flatMap((key) => messages.map((message) => ({ key, message }))))(
    'is that of the SDK, also with the same key again: %#',
    async ({ key, message }) => {
      const expected = await hex(OfTheSdk, message, key)
      expect(await hex(Sha256, message, key)).toBe(expected)
      expect(await hex(Sha256, message, key)).toBe(expected)
    },
  )

  it('takes another secret access key as soon as there is one', async () => {
    const [first, second] = [await hex(Sha256, [bytes], 'first'), await hex(Sha256, [bytes], 'second')]
    expect(second).not.toBe(first)
    expect(await hex(Sha256, [bytes], 'first')).toBe(first)
  })

  it('begins anew', async () => {
    const hash = new Sha256()
    hash.update(randomBytes(8))
    hash.reset()
    hash.update(bytes)
    expect(Buffer.from(await hash.digest()).toString('hex')).toBe(await hex(Sha256, [bytes]))
  })
})
