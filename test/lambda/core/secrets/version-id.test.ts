// Version ids: the same for every writer of the same child, and for nothing else.

import { describe, expect, it } from 'vitest'
import { childVersionId, claimVersionId, releaseVersionId } from '../../../../lambda/core/secrets/version-id.ts'

const parents = [
  '3f1a2b3c-0000-4000-8000-00000000ab00',
  '3f1a2b3c-0000-4000-8000-00000000ab01',
  'none',
  'a'.repeat(64),
  '',
]
const purposes = { child: childVersionId, claim: claimVersionId, release: releaseVersionId }

describe.each(Object.entries(purposes))('the id of a %s', (_, idOf) => {
  it.each(parents)('is a UUID of 36 characters, for parent %j', (parent) => {
    for (const attempt of [0, 1, 99]) {
      expect(idOf(parent, attempt)).toHaveLength(36)
      expect(idOf(parent, attempt)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })

  it.each(parents)('is the same each time, for parent %j', (parent) => {
    expect(idOf(parent, 0)).toBe(idOf(parent, 0))
  })
})

describe('two ids', () => {
  it('differ by purpose, by parent and by attempt', () => {
    const ids = Object.values(purposes).flatMap((idOf) =>
      parents.flatMap((parent) => Array.from({ length: 20 }, (_, attempt) => idOf(parent, attempt))),
    )
    expect(new Set(ids).size).toBe(3 * parents.length * 20)
  })

  it('differ where parent and attempt would run together', () => {
    expect(childVersionId('a:1', 1)).not.toBe(childVersionId('a', 11))
    expect(childVersionId('a1', 1)).not.toBe(childVersionId('a', 11))
  })

  it('form a chain that never meets itself', () => {
    const chain = ['none']
    for (let length = 0; length < 2000; length++) chain.push(childVersionId(chain.at(-1) ?? '', 0))
    expect(new Set(chain).size).toBe(2001)
  })
})

describe('a deployment of another version', () => {
  // Both run side by side while a deployment goes on, so both must derive the same ids.
  it('derives the same ids', () => {
    expect(childVersionId('3f1a2b3c-0000-4000-8000-00000000ab00', 0)).toBe('575f24f2-44d7-855e-aed1-0b0e3c53f117')
    expect(claimVersionId('3f1a2b3c-0000-4000-8000-00000000ab00', 0)).toBe('a79054b6-792d-82aa-a1e7-e41bd0f12b1e')
  })
})
