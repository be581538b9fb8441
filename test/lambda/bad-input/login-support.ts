// What both files on logins stand on: a healthy connection beside, and what became of a login.

import { expect } from 'vitest'
import { type Embedded, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

/** With a connection in good health beside, which no bad login may touch. */
export const withConnection = async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const versions = () => [e.secret('grants', 'a'), e.secret('connections', 'a')].map(({ versions: { size } }) => size)
  const client = e.current('clients', e.clientId).versionId
  const untouched = () => {
    expect(versions()).toEqual([1, 1])
    expect(e.current('clients', e.clientId).versionId).toBe(client)
    expect(e.problems('a')).toEqual([])
  }
  return { e, untouched }
}

export const messageOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('it did not fail')
  return error.message
}

export const passwords = (e: Embedded) => e.entra.requests.get('password') ?? 0
export const isStored = (e: Embedded, login: string) =>
  e.secretsManager.inspect(`token-refresher/logins/${login}`) !== undefined
