// A token request over undici, with nothing between.

import { Agent } from 'undici'
import type { Redeem } from './by-hand.ts'

export const redeemByHand = (): Redeem => {
  const agent = new Agent({ keepAliveTimeout: 20_000 })
  return async ({ token_endpoint, ...parameters }) => {
    const { origin, pathname } = new URL(token_endpoint)
    const answer = await agent.request({
      origin,
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'refresh_token', ...parameters }).toString(),
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`the token endpoint answered ${answer.statusCode}`)
    return JSON.parse(text)
  }
}
