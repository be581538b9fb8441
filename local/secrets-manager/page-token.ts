// NextToken: opaque to the caller, bound to the request it continues.

import { createHash } from 'node:crypto'
import { invalidNextToken } from './errors.ts'
import type { Position } from './listing.ts'

/** Parameters that must be the same in the request for the next page. */
export type Scope = readonly unknown[]

export const encodeToken = (position: Position | undefined, scope: Scope): string | undefined =>
  position && Buffer.from(JSON.stringify([digest(scope), ...position])).toString('base64url')

export const decodeToken = (token: string | undefined, scope: Scope): Position | undefined => {
  if (token === undefined) return undefined
  const [scopeDigest, value, sequence] = parse(token)
  const readable = typeof value === 'string' || typeof value === 'number'
  if (scopeDigest !== digest(scope) || !readable || typeof sequence !== 'number') throw invalidNextToken()
  return [value, sequence]
}

const parse = (token: string): readonly unknown[] => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

const digest = (scope: Scope): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12)
