// After which refusals another stored client secret is tried.

import { describe, expect, it } from 'vitest'
import { classifyReply, classifyTransport } from '../../../../lambda/core/failures/classify.ts'
import {
  isAboutClientSecret,
  mayBeAboutClientSecret,
  ownFailure,
  storeFailure,
} from '../../../../lambda/core/failures/failure-table.ts'

const judged = (status: number, body: unknown, retryAfter?: string) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const reply = { kind: 'answer', status, body: text, receivedAt: 0 } as const
  return classifyReply(retryAfter === undefined ? reply : { ...reply, retryAfter }, 'refresh_token')
}

const entra = (error: string, ...codes: readonly number[]) => ({ error, error_codes: codes })

describe('a refusal that may be about the client secret', () => {
  it.each([
    [401, { error: 'invalid_client' }],
    [400, { error: 'invalid_client' }],
    [400, { error: 'INVALID CLIENT' }],
    [401, { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' }],
    [403, { error: 'unauthorized_client' }],
    [200, { error: 'incorrect_client_credentials' }],
    [200, { ok: false, error: 'bad_client_secret' }],
    [200, { error: 'invalid_client_secret' }],
    [401, entra('invalid_client', 7000215)],
    [401, entra('invalid_client', 7000222)],
    [401, entra('invalid_client', 70002)],
    [401, entra('invalid_client', 7999999)],
    [401, ''],
    [401, '<html>'],
    [401, { error: 'invalid_request' }],
    [401, { message: 'Unauthorized' }],
    [400, { error: 'brand_new' }],
    [403, '<html>'],
    [418, ''],
    [200, { error: 'brand_new' }],
  ])('is %i %j', (status, body) => {
    expect(mayBeAboutClientSecret(judged(status, body))).toBe(true)
  })

  it.each([
    [400, { error: 'invalid_grant' }],
    [401, { error: 'invalid_grant' }],
    [403, { error: 'unauthorized_client', error_description: 'refresh_token is invalid' }],
    [200, { error: 'bad_refresh_token' }],
    [400, { status: 'BAD_REFRESH_TOKEN' }],
    [401, entra('invalid_client', 50173)],
    [400, entra('invalid_grant', 50057)],
    [400, entra('interaction_required', 50076)],
    [400, entra('unauthorized_client', 700016)],
    [400, { error: 'invalid_request' }],
    [400, { error: 'invalid_scope' }],
    [429, { error: 'invalid_client' }],
    [429, ''],
    [500, { error: 'invalid_client' }],
    [503, ''],
    [408, ''],
    [425, ''],
    [302, ''],
    [200, '{}'],
  ])('is not %i %j', (status, body) => {
    expect(mayBeAboutClientSecret(judged(status, body))).toBe(false)
  })

  it('is not one that asks to wait', () => {
    expect(mayBeAboutClientSecret(judged(401, { error: 'invalid_client' }, '30'))).toBe(false)
    expect(mayBeAboutClientSecret(judged(401, '', '30'))).toBe(false)
  })

  it('is not what came before an answer, or what this project found itself', () => {
    expect(mayBeAboutClientSecret(classifyTransport('ECONNRESET'))).toBe(false)
    expect(mayBeAboutClientSecret(ownFailure('client_not_known'))).toBe(false)
    expect(mayBeAboutClientSecret({ ...storeFailure('AccessDeniedException'), httpStatus: 401 })).toBe(false)
  })
})

it('a word for a wrong client secret is distinguished from what may be about anything', () => {
  expect(isAboutClientSecret(judged(401, entra('invalid_client', 7000215)))).toBe(true)
  expect(isAboutClientSecret(judged(401, { error: 'unauthorized_client' }))).toBe(true)
  expect(isAboutClientSecret(judged(401, ''))).toBe(false)
  expect(isAboutClientSecret(judged(400, { error: 'brand_new' }))).toBe(false)
  expect(
    isAboutClientSecret(judged(403, { error: 'unauthorized_client', error_description: 'refresh_token is invalid' })),
  ).toBe(false)
})
