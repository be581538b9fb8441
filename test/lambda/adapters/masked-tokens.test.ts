// An answer that repeats or masks the refresh token that was sent issues none: the stored one stays.

import { expect, it } from 'vitest'
import { interpretTokenAnswer } from '../../../lambda/adapters/interpret-token-answer.ts'

const redemptionOf = (status: number, body: string) =>
  interpretTokenAnswer({ reply: { kind: 'answer', status, body, receivedAt: 0 } }, 'refresh_token')

it.each([
  [400, '{"message":"x","request":{"refresh_token":"[FILTERED]"}}'],
  [503, '{"message":"x","request":{"refresh_token":"***"}}'],
  [422, '{"refresh_token":"is invalid"}'],
  [400, '{"status":"BAD_REFRESH_TOKEN","refresh_token":"abc..."}'],
  [200, '{"error":"server_busy","refresh_token":"****9aea"}'],
  [500, '<html>{"refresh_token":"what-was-sent"}</html>'],
  [200, '{"refresh_token":"null"}'],
])('%i %s', (status, body) => {
  const redemption = redemptionOf(status, body)
  expect('refreshToken' in redemption ? redemption.refreshToken : undefined).toBeUndefined()
})

it.each(['Fri, 01 Jan 2027 02:00:00 GMT', 'Sun, 31 Jan 2027 00:00:00 GMT', '2027-13-45'])(
  'a lifetime of %j is not believed, and the tokens are kept',
  (written) => {
    const body = JSON.stringify({ access_token: 'a', refresh_token: 'b', expires_in: written })
    expect(redemptionOf(200, body)).toMatchObject({ kind: 'granted', tokens: { expires_in: 3600 } })
  },
)
