// Two exchanges of a client secret at once: in any order of their calls, the client keeps one that is accepted.

import { expect, it } from 'vitest'
import { ownFailure } from '../../../lambda/core/failures/failure-table.ts'
import { encodeClient } from '../../../lambda/core/secrets/client.ts'
import { encodeGrant } from '../../../lambda/core/secrets/grant.ts'
import type { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import type { Dependencies, SecretId, SecretStore, StoredVersion } from '../../../lambda/ports.ts'
import { changeClientSecret } from '../../../lambda/usecases/change-client-secret.ts'
import { ManualClock } from '../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../support/core-refusing.ts'
import { made, noon, sampleClient, sampleGrant, sampleTokens, stored } from '../../support/core-samples.ts'
import { CollectedTelemetry } from '../../support/telemetry.ts'

type AnyId = SecretId | { readonly arn: string }

/** What Secrets Manager does of what is needed here: a version id is given once, and the newest version is current. */
class Memory {
  readonly #secrets = new Map<string, StoredVersion[]>()
  #versions = 0

  set(key: string, text: Redacted): void {
    this.#secrets.set(key, [{ arn: key, versionId: `first-${this.#versions++}`, createdAt: new Date(noon), text }])
  }

  read(id: AnyId, which?: string): StoredVersion | undefined {
    const versions = this.#secrets.get(keyOf(id)) ?? []
    return which === undefined ? versions.at(-1) : versions.find(({ versionId }) => versionId === which)
  }

  put(id: AnyId, versionId: string, text: Redacted): 'written' | 'exists' {
    if (this.read(id, versionId) !== undefined) return 'exists'
    const key = keyOf(id)
    this.#secrets.set(key, [
      ...(this.#secrets.get(key) ?? []),
      { arn: key, versionId, createdAt: new Date(noon), text },
    ])
    return 'written'
  }
}

const keyOf = (id: AnyId): string => ('arn' in id ? id.arn : `${id.room}/${id.name}`)

/** Every call of a port waits for its turn. */
const dependenciesOver = (memory: Memory, accepted: readonly string[], turn: () => Promise<void>): Dependencies => {
  const store: SecretStore = {
    ...refusingStore,
    read: (id, which) => turn().then(() => memory.read(id, typeof which === 'string' ? which : undefined)),
    put: ({ text, versionId, ...id }) => turn().then(() => memory.put(id, versionId, text)),
    create: async ({ text, versionId, ...id }) => {
      await turn()
      memory.put(id, versionId, text)
      return { arn: keyOf(id) }
    },
    describe: async () => undefined,
    tag: turn,
    erase: turn,
  }
  return refusingDependencies({
    store,
    clock: new ManualClock(noon),
    telemetry: new CollectedTelemetry(),
    events: { announce: async () => {} },
    random: { fraction: () => 0.5, uuid: () => made('uuid') },
    tokenEndpoint: {
      redeem: async ({ clientSecret }) => {
        await turn()
        const isAccepted = accepted.includes(clientSecret?.value.reveal() ?? '')
        if (isAccepted) return { kind: 'granted', tokens: sampleTokens() }
        const failure = { ...ownFailure('client_not_known'), code: 'AADSTS7000215', httpStatus: 401 }
        return { kind: 'failed', failure, outcome: 'answered' }
      },
    },
  })
}

/** Both runs wait before each call, and `order` says whose turn it is; then the first that waits goes on. */
const inTurns = async (
  order: readonly number[],
  runs: readonly ((turn: () => Promise<void>) => Promise<unknown>)[],
) => {
  const waiting = new Map<number, () => void>()
  const over = new Set<number>()
  const results = runs.map((run, index) =>
    run(() => new Promise<void>((resolve) => void waiting.set(index, resolve)))
      .catch((error: Error) => error.message)
      .finally(() => over.add(index)),
  )
  let at = 0
  while (over.size < runs.length) {
    await new Promise((resolve) => setImmediate(resolve))
    if (waiting.size + over.size < runs.length) continue
    const wanted = order[at++] ?? -1
    const next = waiting.has(wanted) ? wanted : ([...waiting.keys()][0] ?? -1)
    const resume = waiting.get(next)
    waiting.delete(next)
    resume?.()
  }
  return Promise.all(results)
}

const most = 16
/** The second run begins after so many calls of the first, and after so many of its own the first goes on. */
const orders = Array.from({ length: most }, (_, first) =>
  Array.from({ length: most }, (__, second) => [
    ...Array.from({ length: first }, () => 0),
    ...Array.from({ length: second }, () => 1),
    ...Array.from({ length: 2 * most }, () => 0),
  ]),
).flat()

const [old, a, b, typo] = [made('old'), made('a'), made('b'), made('typo')]
const cases = [
  ['two new ones', [old], a, b],
  ['the stored one beside a new one', [old], a, old],
  ['two that are both stored already', [old, a, b], a, b],
  ['the same one twice', [old], a, a],
  ['a new one and a mistyped one', [old], a, typo],
  ['the same mistyped one twice', [old], typo, typo],
  ['two new ones, of which the old one is refused', [typo], a, b],
] as const

it.each(cases)('(%s)', async (_, before, first, second) => {
  const accepted = [old, a, b]
  const wrong: unknown[] = []
  let refusals = 0
  for (const order of orders) {
    const memory = new Memory()
    const client = sampleClient({ client_secrets: before.map((value) => ({ value: stored(value) })) })
    const { client_id } = client
    memory.set('clients/sample-client', encodeClient(client))
    memory.set('grants/a', encodeGrant(sampleGrant({ client_id })))
    for (const [name, client_secret] of [['one', first] as const, ['two', second] as const]) {
      memory.set(`logins/${name}`, stored({ client_id, client_secret }))
    }
    const run = (login: string) => (turn: () => Promise<void>) =>
      changeClientSecret(
        dependenciesOver(memory, accepted, turn),
        { client: client_id, login: `token-refresher/logins/${login}`, connection: 'a' },
        { remainingMilliseconds: () => 120_000 },
      )
    const ended = await inTurns(order, [run('one'), run('two')])
    refusals += ended.filter((one) => typeof one === 'string').length
    const left: { client_secrets: { value: string }[] } = JSON.parse(
      memory.read({ room: 'clients', name: 'sample-client' })?.text.reveal() ?? '',
    )
    const kept = left.client_secrets.map(({ value }) => value)
    if (!kept.some((value) => accepted.includes(value))) wrong.push({ order: order.join(''), kept, ended })
  }
  expect(wrong).toEqual([])
  expect(refusals > 0).toBe([first, second].includes(typo))
})
