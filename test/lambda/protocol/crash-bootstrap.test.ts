// A bootstrap dies before or after each of its calls: nothing that there was is lost, and a new login always heals.

import { describe, expect, it } from 'vitest'
import { Crash, dying, type Embedded, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

type Rotation = 'reusable' | 'single-use'
type Kind = 'new' | 'known'

const ready = async (rotation: Rotation, kind: Kind) => {
  const e = await embedded({ reach: withoutNetwork })
  const login = { ...e.login, rotation, publish: 'connection_values' }
  if (kind === 'known') {
    await e.connect('a', { ...login, client_secret: e.entra.addClientSecret(e.clientId).value })
    await e.tickAfter(45)
  }
  await e.storeLogin('a', login)
  return { e, login }
}

const callsOf = async (rotation: Rotation, kind: Kind) => {
  const { e } = await ready(rotation, kind)
  const { bootstrap, calls } = dying(e.dependencies, Number.POSITIVE_INFINITY, 'before')
  await bootstrap({ connection: 'a' })
  return calls
}

const passwords = (e: Embedded) => e.entra.requests.get('password') ?? 0

/** Undefined: there is no grant. */
const problems = (e: Embedded): string[] | undefined =>
  e.secretsManager.inspect('token-refresher/grants/a') === undefined ? undefined : e.problems('a')

const cases = (['new', 'known'] as const).flatMap((kind) =>
  (['reusable', 'single-use'] as const).flatMap((rotation) =>
    (['before', 'after'] as const).map((when) => [when, kind, rotation] as const),
  ),
)

describe('a bootstrap', () => {
  it.each(cases)(
    'that dies %s any one of its calls (%s connection, %s refresh tokens) loses nothing',
    async (...one) => {
      const [when, kind, rotation] = one
      const wrong: Record<string, unknown> = {}
      for (const [at, call] of (await callsOf(rotation, kind)).entries()) {
        const { e, login } = await ready(rotation, kind)
        const sent = passwords(e)
        await expect(dying(e.dependencies, at, when).bootstrap({ connection: 'a' })).rejects.toThrow(Crash)
        // The stored connection recovers by itself, and is published within two ticks.
        await e.tickAfter(5)
        await e.tickAfter(5)
        const left = problems(e)
        // An operator who starts the same login again gets a connection or a refusal, and its password is not sent twice.
        const again = await e.bootstrap({ connection: 'a' }).then(
          () => 'done',
          (error: Error) => error.message.split(':')[0],
        )
        const tries = passwords(e) - sent
        await e.storeLogin('a', login)
        await e.bootstrap({ connection: 'a' })
        const healed = e.problems('a')
        const expected = ['done', 'request login_already_tried', 'request login_not_found'].includes(again ?? '')
        if (!expected || tries > 1 || (left ?? []).length > 0 || healed.length > 0) {
          wrong[`${when} ${at} ${call}`] = { left, again, tries, healed }
        }
      }
      expect(wrong).toEqual({})
    },
  )

  it('that dies leaves the generation that apps see to grow with the next', async () => {
    const { e, login } = await ready('reusable', 'known')
    const calls = await callsOf('reusable', 'known')
    const seen = Number(e.current('connections', 'a').json.generation)
    await expect(
      dying(e.dependencies, calls.lastIndexOf('tag'), 'after').bootstrap({ connection: 'a' }),
    ).rejects.toThrow()
    expect(e.current('connections', 'a').json.generation).toBe(seen + 1)
    await e.storeLogin('a', login)
    await e.bootstrap({ connection: 'a' })
    expect(e.current('connections', 'a').json.generation).toBe(seen + 2)
  })
})
