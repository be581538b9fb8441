// A token request that certainly has not left is sent again at once, also where the token or password is good only once.

import { describe, expect, it } from 'vitest'
import type { Redemption } from '../../../lambda/ports.ts'
import { sampleFailure } from '../../support/core-samples.ts'
import { embedded, handlersOver } from '../../support/embedded.ts'
import { startOddProvider } from '../../support/odd-provider.ts'

const failed = (outcome: 'unsent' | 'unknown' | 'answered'): Redemption => ({
  kind: 'failed',
  failure: sampleFailure({ code: 'ECONNRESET' }),
  outcome,
})

/** The embedded stack, whose first token requests end like this before they reach the provider. */
const failing = async (...outcomes: readonly ('unsent' | 'unknown' | 'answered')[]) => {
  const e = await embedded()
  const left = [...outcomes]
  const ports = {
    ...e.dependencies,
    tokenEndpoint: {
      redeem: (request: Parameters<typeof e.dependencies.tokenEndpoint.redeem>[0]) => {
        const outcome = left.shift()
        return outcome === undefined ? e.dependencies.tokenEndpoint.redeem(request) : Promise.resolve(failed(outcome))
      },
    },
  }
  return { e, left, ...handlersOver(ports) }
}

describe('a password', () => {
  it('that has not left is sent at once', async () => {
    const { e, bootstrap } = await failing('unsent')
    await e.storeLogin('a', e.login)
    expect(await bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
    expect(e.entra.requests.get('password')).toBe(1)
  })

  it('that has not left twice is kept for another start', async () => {
    const { e, bootstrap, left } = await failing('unsent', 'unsent', 'unsent')
    await e.storeLogin('a', e.login)
    await expect(bootstrap({ connection: 'a' })).rejects.toThrow(/ECONNRESET/)
    expect(left).toHaveLength(1)
    expect(e.entra.requests.get('password') ?? 0).toBe(0)
  })

  it.each(['unknown', 'answered'] as const)('is not sent again when the outcome is %s', async (outcome) => {
    const { e, bootstrap } = await failing(outcome)
    await e.storeLogin('a', e.login)
    await expect(bootstrap({ connection: 'a' })).rejects.toThrow(/ECONNRESET/)
    expect(e.entra.requests.get('password') ?? 0).toBe(0)
  })
})

describe('a single-use refresh token', () => {
  const connected = async (...outcomes: readonly ('unsent' | 'unknown')[]) => {
    const [all, provider] = [await failing(...outcomes), await startOddProvider()]
    const { e } = all
    await e.storeLogin('a', {
      token_endpoint: provider.tokenEndpoint,
      client_id: 'the-client',
      client_secret: 'made-up',
      grant_type: 'refresh_token',
      refresh_token: provider.first,
    })
    await e.bootstrap({ connection: 'a' })
    e.clock.moveTo(e.status('a').next ?? 0)
    return { ...all, provider }
  }

  it('that has not left is sent in the same tick', async () => {
    const { refresh, provider } = await connected('unsent')
    expect(await refresh()).toMatchObject({ refreshed: 1 })
    expect(provider.received).toHaveLength(2)
  })

  it('that may have left is not', async () => {
    const { refresh, provider } = await connected('unknown')
    expect(await refresh()).toMatchObject({ refreshed: 0 })
    expect(provider.received).toHaveLength(1)
  })
})
