// Which client secret was accepted is remembered after the tokens are stored: no write comes between redeem and commit.

import { expect, it } from 'vitest'
import { embedded, handlersOver, interposed } from '../../support/embedded.ts'

it.each(['reusable', 'single-use'])('the next write after the answer is the grant (%s)', async (rotation) => {
  const e = await embedded()
  const { value } = e.entra.addClientSecret(e.clientId)
  await e.connect('a', { rotation, publish: 'connection_values' })
  await e.edit('clients', e.clientId, { client_secrets: [{ value: 'expired-long-ago' }, { value }] })
  e.clock.advance(63 * 60_000)
  const calls: string[] = []
  const dependencies = interposed(e.dependencies, (call, run) => {
    calls.push(call)
    return run()
  })
  const { store } = dependencies
  const put: typeof store.put = (...args) => {
    calls.push(roomOf(args[0]))
    return store.put(...args)
  }
  await handlersOver({ ...dependencies, store: { ...store, put } }).refresh()
  const afterAnswer = calls.slice(calls.lastIndexOf('redeem') + 1)
  expect(afterAnswer[0]).toBe('grants')
  expect(e.current('connections', 'a').json).toMatchObject({ client_secret: value, generation: 2 })
})

const roomOf = (write: object): string => ('room' in write ? String(write.room) : 'by ARN')
