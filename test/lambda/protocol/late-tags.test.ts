// Two writers of tags: the one who comes late does not undo what is newer, success or failure.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import type { Dependencies } from '../../../lambda/ports.ts'
import { type Embedded, embedded, handlersOver } from '../../support/embedded.ts'

/** A refresher that is held up just before it writes its first tags, while something else happens. */
const late = ({ dependencies, clock }: Embedded, happens: () => Promise<unknown>): Dependencies => {
  let held = false
  return {
    ...dependencies,
    store: {
      ...dependencies.store,
      tag: async (id, written) => {
        if (!held) {
          held = true
          clock.advance(1000)
          await happens()
        }
        return dependencies.store.tag(id, written)
      },
    },
  }
}

const due = async () => {
  const e = await embedded()
  await e.connect('a')
  e.clock.moveTo(e.status('a').next ?? 0)
  return e
}

const now = (e: Embedded) => e.refresh({ connections: ['a'], force: true })

describe('tags that are written late', () => {
  it('by a failure do not undo a newer success', async () => {
    const e = await due()
    e.entra.answerWith({ code: 53003 })
    await handlersOver(late(e, () => now(e))).refresh()
    expect((await e.tags('a'))[tags.reason]).toBe('policy AADSTS53003')
    expect(e.problems('a')).toEqual([])
    expect(await e.tickAfter(5)).toMatchObject({ fresh: 1, failed: {} })
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
  })

  it('by a success do not undo a newer failure', async () => {
    const e = await due()
    const refused = async () => {
      e.entra.answerWith({ code: 53003 })
      await now(e)
    }
    await handlersOver(late(e, refused)).refresh()
    expect((await e.tags('a'))[tags.status]).toBe('healthy')
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { code: 'AADSTS53003', refusals: 1 } })
    e.entra.answerWith({ code: 53003 })
    await e.tickAfter(5)
    // It is the second refusal, and asked about in an hour.
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { refusals: 2 } })
    const requests = e.refreshRequests()
    await e.tickAfter(55)
    expect(e.refreshRequests()).toBe(requests)
  })

  it('by a success of an older version do not hide the newer one from the schedule', async () => {
    const e = await due()
    await handlersOver(late(e, () => now(e))).refresh()
    expect(e.current('grants', 'a').json.generation).toBe(3)
    expect(e.status('a').next).toBeUndefined()
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })

  it('by a failure do not undo a bootstrap', async () => {
    const e = await due()
    e.entra.answerWith({ code: 50057 })
    const bootstrap = () => e.storeLogin('a', e.login).then(() => e.bootstrap({ connection: 'a' }))
    await handlersOver(late(e, bootstrap)).refresh()
    expect(e.problems('a')).toEqual([])
  })
})
