// The simulated secrets answer as the real adapter does over the embedded Secrets Manager: the same calls, drawn at
// random, are made of both.

import { DeleteSecretCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished } from 'vitest'
import { secretsManagerClient, secretsManagerStore } from '../../lambda/adapters/secrets-manager.ts'
import { type Room, secretName } from '../../lambda/contract.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { previousVersion, type SecretId, type SecretStore, StoreFailure } from '../../lambda/ports.ts'
import { listAll } from '../../lambda/usecases/secrets/list-all.ts'
import { ManualClock } from '../../local/clock.ts'
import { startSecretsManager } from '../../local/secrets-manager/server.ts'
import { Draw } from './engine/draw.ts'
import { Engine } from './engine/engine.ts'
import { Process } from './engine/process.ts'
import { Story } from './engine/story.ts'
import { Secrets } from './world/secrets.ts'
import { calm } from './world/setup.ts'
import { storeOf } from './world/store.ts'

const prefix = 'simulated'
const start = Date.parse('2027-01-01T00:00:00Z')
const person = { name: 'person', kind: 'operator' }

interface Pair {
  readonly clock: ManualClock
  readonly engine: Engine
  readonly secrets: Secrets
  readonly model: SecretStore
  readonly real: SecretStore
  readonly aws: ReturnType<typeof secretsManagerClient>
}

const pair = async (lag: number): Promise<Pair> => {
  const clock = new ManualClock(start)
  const { url, close } = await startSecretsManager({ clock, listingLagMilliseconds: lag })
  const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' }
  const aws = secretsManagerClient({ endpoint: url, region: 'eu-central-1', credentials })
  onTestFinished(async () => {
    aws.destroy()
    await close()
  })
  const conductor = { ...calm, stepMilliseconds: 0 }
  const engine = new Engine({ conductor, story: new Story(false), start, ended: () => {} })
  const secrets = new Secrets({ now: () => engine.now(), changed: () => {} })
  const process = new Process('refresh', 'model', { startedAt: start, deadline: Number.POSITIVE_INFINITY })
  const model = storeOf({ engine, secrets, lag: () => lag }, process)
  const real = secretsManagerStore(aws, {
    prefix,
    privateKeyArn: undefined,
    publishedKeyArn: undefined,
    replicaRegions: [],
  })
  return { clock, engine, secrets, model, real, aws }
}

type Call = (store: SecretStore) => Promise<unknown>

const rooms = ['logins', 'grants', 'connections'] as const satisfies readonly Room[]
const versionIds = ['1', '2', '3', '4', '5', '6'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`)

/** One call of the port, drawn at random from few names and few version ids, so that calls meet. */
const drawCall = (draw: Draw, key: string): readonly [name: string, call: Call] => {
  const id: SecretId = { room: draw.one(`room ${key}`, rooms), name: draw.one(`name ${key}`, ['a', 'b']) }
  const versionId = versionIds[draw.whole(`version ${key}`, 0, versionIds.length - 1)] ?? ''
  const text = new Redacted(draw.one(`text ${key}`, ['one', 'two']))
  const stage = draw.one(`stage ${key}`, [undefined, undefined, 'CLAIM'])
  const which: readonly Parameters<SecretStore['read']>[1][] = [undefined, previousVersion, versionId]
  const tags = { [draw.one(`tag ${key}`, ['due', 'status'])]: draw.one(`value ${key}`, ['x', 'y']) }
  const calls: readonly [readonly [string, Call], ...(readonly [string, Call])[]] = [
    ['create', (store) => store.create({ ...id, text, versionId }, tags)],
    ['put', (store) => store.put({ ...id, text, versionId }, stage)],
    ['put', (store) => store.put({ ...id, text, versionId }, stage)],
    ['read', (store) => store.read(id, which[draw.whole(`which ${key}`, 0, 2)])],
    ['read together', (store) => store.readTogether(rooms.map((room) => ({ ...id, room })))],
    ['describe', (store) => store.describe(id)],
    ['tag', (store) => store.tag(id, tags)],
    ['restore', (store) => store.restore(id)],
    ['list', (store) => listed(store)],
    ['erase', (store) => (draw.chance(`erase ${key}`, 0.2) ? store.erase(id) : store.describe(id))],
  ]
  return draw.one(`call ${key}`, calls)
}

const listed = async (store: SecretStore) => {
  const entries = []
  for (const room of ['grants', 'connections'] as const) {
    for await (const entry of listAll({ store, clock: new ManualClock(start) }, room)) entries.push(entry)
  }
  return entries
}

/** What a person does beside the port. */
const drawDeed = async ({ secrets, aws }: Pair, draw: Draw, key: string): Promise<void> => {
  const id: SecretId = { room: draw.one(`deed room ${key}`, rooms), name: draw.one(`deed name ${key}`, ['a', 'b']) }
  const secret = secrets.find(id)
  if (secret === undefined || secret.deletionAt !== undefined) return
  const SecretId = secretName(prefix, id.room, id.name)
  if (draw.chance(`schedule ${key}`, 0.2)) {
    secrets.schedule(id, person)
    await aws.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 30 }))
    return
  }
  const versions = [...secret.versions.values()]
  const to = versions[draw.whole(`to ${key}`, 0, versions.length - 1)]
  const from = versions.find(({ labels }) => labels.includes('AWSCURRENT'))
  if (to === undefined || from === undefined) return
  const command = { VersionStage: 'AWSCURRENT', MoveToVersionId: to.id, RemoveFromVersionId: from.id }
  secrets.move(id, { label: 'AWSCURRENT', to: to.id }, person)
  await aws.send(new UpdateSecretVersionStageCommand({ SecretId, ...command }))
}

/** An answer without what differs by nature: ARNs, and the order of a list. */
const comparable = async (answer: Promise<unknown>): Promise<unknown> => {
  try {
    return plain(await answer)
  } catch (error) {
    if (error instanceof StoreFailure) return `refused: ${error.failure.code} ${error.passing}`
    throw error
  }
}

const plain = (value: unknown): unknown => {
  if (value instanceof StoreFailure) return `refused: ${value.failure.code} ${value.passing}`
  if (value instanceof Redacted) return value.reveal()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]) => [key, key === 'arn' ? typeof one : plain(one)] as const)
  return Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other)))
}

const sorted = (answer: unknown): unknown =>
  Array.isArray(answer) ? answer.map((one) => JSON.stringify(one ?? null)).sort() : answer

describe.each([0, 60_000])('with listings that lag %i ms', (lag) => {
  it.each([1, 2, 3, 4])('both answer the same to 150 calls (seed %i)', async (seed) => {
    const both = await pair(lag)
    const draw = new Draw(seed)
    const answered = new Set<string>()
    for (let number = 0; number < 150; number++) {
      const key = String(number)
      const [name, call] = drawCall(draw, key)
      const model = comparable(call(both.model))
      await both.engine.run()
      const [ours, theirs] = [await model, await comparable(call(both.real))]
      expect({ number, name, answer: sorted(ours) }).toEqual({ number, name, answer: sorted(theirs) })
      answered.add(`${name} ${typeof theirs} ${String(theirs).slice(0, 30)}`)
      if (draw.chance(`deed ${key}`, 0.1)) await drawDeed(both, draw, key)
      const later = draw.whole(`later ${key}`, 0, 40_000)
      await both.engine.run(both.engine.now() + later)
      both.clock.moveTo(both.engine.now())
    }
    expect(answered.size).toBeGreaterThan(15)
  })
})
