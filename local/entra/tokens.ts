// The content of the sealed values: refresh tokens, authorization codes, and sign-ins that still need a second factor.

import type { KeyObject } from 'node:crypto'
import * as v from 'valibot'
import type { Random } from './random.ts'
import { Seal } from './seal.ts'

const refreshGrant = v.object({
  id: v.string(),
  userId: v.string(),
  clientId: v.string(),
  scope: v.string(),
  issuedAt: v.number(),
  sessionVersion: v.number(),
  passwordVersion: v.number(),
  /** Whether the client was authenticated: then a new password does not end the grant. */
  confidential: v.boolean(),
  mfa: v.boolean(),
  /** How the chain of tokens began; a refresh does not change it. */
  method: v.picklist(['password', 'code', 'device']),
})

const codeGrant = v.object({
  id: v.string(),
  userId: v.string(),
  clientId: v.string(),
  scope: v.string(),
  redirectUri: v.string(),
  challenge: v.nullable(v.string()),
  nonce: v.nullable(v.string()),
  mfa: v.boolean(),
  expiresAt: v.number(),
})

const halfSignIn = v.object({ userId: v.string(), expiresAt: v.number() })

export type RefreshGrant = v.InferOutput<typeof refreshGrant>
export type CodeGrant = v.InferOutput<typeof codeGrant>
export type SignInMethod = RefreshGrant['method']

export const createSeals = (key: KeyObject, random: Random) => ({
  refresh: new Seal({ name: 'refresh', key, random, schema: refreshGrant, size: 720 }),
  code: new Seal({ name: 'code', key, random, schema: codeGrant, size: 600 }),
  halfSignIn: new Seal({ name: 'half-sign-in', key, random, schema: halfSignIn, size: 120 }),
})

export type Seals = ReturnType<typeof createSeals>

/** Refresh tokens and codes begin like the real ones. A shorter text cannot be one. */
const tokenStart = '1.A'
const tokenShape = /^1\.A[\w-]{600,}$/

export const toToken = (sealed: string): string => tokenStart + sealed

/** `undefined` when it does not even look like a token. */
export const fromToken = (token: string): string | undefined =>
  tokenShape.test(token) ? token.slice(tokenStart.length) : undefined
