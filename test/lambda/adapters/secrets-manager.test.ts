// The store over a real socket: answers that are cut, slow, or leave out what was asked for.

import { describe, expect, it, onTestFinished } from 'vitest'
import { secretsManagerClient, secretsManagerStore } from '../../../lambda/adapters/secrets-manager.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { previousVersion, type SecretId, type SecretStore, StoreFailure } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import type { Delivery } from '../../../local/delivery.ts'
import {
  type Fault,
  type LoopbackAnswer,
  type LoopbackRequest,
  LoopbackServer,
} from '../../../local/loopback-server.ts'
import { SecretsManagerService } from '../../../local/secrets-manager/service.ts'

const a: SecretId = { room: 'grants', name: 'a' }
const b: SecretId = { room: 'connections', name: 'a' }
const one = '00000000-0000-4000-8000-000000000001'
const two = '00000000-0000-4000-8000-000000000002'
const text = (value: string) => new Redacted(value)

const storeAt = (endpoint: string, replicaRegions: readonly string[] = []): SecretStore => {
  const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' }
  const client = secretsManagerClient({ endpoint, region: 'eu-central-1', credentials })
  onTestFinished(() => client.destroy())
  return secretsManagerStore(client, {
    prefix: 'p',
    privateKeyArn: undefined,
    publishedKeyArn: undefined,
    replicaRegions,
  })
}

/** @param fault what goes wrong with the next requests of this operation, one after another */
const running = async (options: { batchErrorIds?: 'arn' } = {}) => {
  const service = new SecretsManagerService({ clock: new ManualClock(0), ...options })
  const faults: { operation: string; fault: Fault }[] = []
  const server = await LoopbackServer.start({
    handle: (request) => service.handle(request),
    faults: ({ headers }) => {
      const place = faults.findIndex(({ operation }) => headers['x-amz-target'] === `secretsmanager.${operation}`)
      return place < 0 ? undefined : faults.splice(place, 1)[0]?.fault
    },
  })
  onTestFinished(() => server.close())
  const store = storeAt(server.url)
  await store.create({ ...a, text: text('first'), versionId: one }, { due: 'soon' })
  await store.put({ ...a, text: text('second'), versionId: two })
  return { service, store, faults }
}

/** A server that answers each request with the next of these, and in the end with the last. */
const answering = async (...answers: readonly object[]) => {
  const asked: unknown[] = []
  const handle = ({ body }: LoopbackRequest): LoopbackAnswer => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {}
    asked.push(JSON.parse(body))
    return { status: 200, body: JSON.stringify(answer) }
  }
  const server = await LoopbackServer.start({ handle })
  onTestFinished(() => server.close())
  return { store: storeAt(server.url), asked }
}

const failureOf = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof StoreFailure ? `${error.failure.class} ${error.failure.code} ${error.passing}` : `${error}`
}

const plain = (answer: unknown): unknown =>
  answer instanceof StoreFailure
    ? `${answer.failure.class} ${answer.failure.code}`
    : answer && Object(answer).text instanceof Redacted
      ? Object(answer).text.reveal()
      : answer

const cuts: readonly Delivery[] = [
  { kind: 'cut', afterBytes: 0 },
  { kind: 'cut', afterBytes: 1 },
  { kind: 'cut', afterBytes: 1, reset: true },
]

/** Each call of the port, made on a secret that has two versions. */
const calls: readonly (readonly [operation: string, call: (store: SecretStore) => Promise<unknown>])[] = [
  ['ListSecrets', async (store) => (await store.list('grants')).entries.length],
  ['BatchGetSecretValue', async (store) => (await store.readTogether([a, b])).map(plain)],
  ['GetSecretValue', async (store) => plain(await store.read(a))],
  ['GetSecretValue', async (store) => plain(await store.read(a, previousVersion))],
  ['DescribeSecret', async (store) => (await store.describe(a))?.currentVersionId],
  [
    'CreateSecret',
    async (store) => typeof Object(await store.create({ ...b, text: text('x'), versionId: one }, {})).arn,
  ],
  ['PutSecretValue', (store) => store.put({ ...a, text: text('third'), versionId: one.replace(/1$/, '3') })],
  ['TagResource', (store) => store.tag(a, { due: 'now' })],
  ['RestoreSecret', (store) => store.restore(a)],
  ['DeleteSecret', (store) => store.erase(a)],
]

describe('an answer that is cut in its body', () => {
  it.each(calls.flatMap(([operation, call]) => cuts.map((delivery) => ({ operation, call, delivery }))))(
    '$operation is asked again, and done once: $delivery',
    async ({ operation, call, delivery }) => {
      const [sound, cut] = [await running(), await running()]
      cut.faults.push({ operation, fault: { kind: 'delivery', delivery } })
      expect(await call(cut.store)).toEqual(await call(sound.store))
      expect(cut.faults).toEqual([])
      expect(cut.service.calls.get(operation)).toBe((sound.service.calls.get(operation) ?? 0) + 1)
      const versionsOf = ({ service }: typeof cut) => [...(service.inspect('p/grants/a')?.versions.keys() ?? [])]
      expect(versionsOf(cut)).toEqual(versionsOf(sound))
    },
  )

  it.each(['not JSON', '<html>proxy</html>', '{"SecretList":['])('as is one that is %j', async (body) => {
    const { store, faults } = await running()
    faults.push({ operation: 'ListSecrets', fault: { kind: 'answer', answer: { status: 200, body } } })
    expect((await store.list('grants')).entries.length).toBe(1)
  })

  it('for ever is a passing failure of the store, by the name of the cut', async () => {
    const { store, faults, service } = await running()
    const fault: Fault = { kind: 'delivery', delivery: { kind: 'cut', afterBytes: 3 } }
    faults.push(...Array.from({ length: 9 }, () => ({ operation: 'GetSecretValue', fault })))
    expect(await failureOf(store.read(a))).toBe('store UND_ERR_SOCKET true')
    expect(service.calls.get('GetSecretValue')).toBe(3)
    const html: Fault = { kind: 'answer', answer: { status: 200, body: '<html>' } }
    faults.splice(0, 9, ...Array.from({ length: 9 }, () => ({ operation: 'GetSecretValue', fault: html })))
    expect(await failureOf(store.read(a))).toBe('store SyntaxError true')
  })

  it('is one that comes too slowly: the time of one attempt is limited as a whole', { timeout: 15_000 }, async () => {
    const slow: readonly Delivery[] = [
      { kind: 'stall', afterBytes: 3 },
      { kind: 'drip', everyMilliseconds: 900 },
      { kind: 'slow-headers', everyMilliseconds: 900 },
    ]
    const read = slow.map(async (delivery) => {
      const { store, faults } = await running()
      faults.push({ operation: 'GetSecretValue', fault: { kind: 'delivery', delivery } })
      return plain(await store.read(a))
    })
    expect(await Promise.all(read)).toEqual(['second', 'second', 'second'])
  })
})

describe('several secrets in one call', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:'
  const denied = (SecretId: string) => ({ SecretId, ErrorCode: 'DecryptionFailure', Message: 'the key is disabled' })
  const absent = (SecretId: string) => ({ ...denied(SecretId), ErrorCode: 'ResourceNotFoundException' })
  const value = (Name: string | undefined, suffix = '-AbCdEf') => ({
    ...(Name !== undefined && { Name }),
    ARN: `${arn}p/${Name === undefined ? 'grants/a' : Name.slice(2)}${suffix}`,
    VersionId: one,
    SecretString: 'value',
  })

  it.each([
    { errors: [denied('p/grants/a'), absent('p/connections/a')], expected: ['store DecryptionFailure', undefined] },
    {
      errors: [denied(`${arn}p/grants/a-AbCdEf`), absent(`${arn}p/connections/a`)],
      expected: ['store DecryptionFailure', undefined],
    },
    {
      errors: [denied(`${arn}p/grants/a`), absent(`${arn}p/connections/a-AbCdEf`)],
      expected: ['store DecryptionFailure', undefined],
    },
    // Of another secret whose name begins the same.
    {
      errors: [denied(`${arn}p/grants/a-AbCdEf-GhIjKl`), absent('p/connections/a')],
      expected: ['store BatchGetSecretValueIncomplete', undefined],
    },
    {
      errors: [denied('p/grants/A'), absent('p/connections/a')],
      expected: ['store BatchGetSecretValueIncomplete', undefined],
    },
    {
      errors: [{ SecretId: 'p/grants/a' }, absent('p/connections/a')],
      expected: ['store BatchGetSecretValueIncomplete', undefined],
    },
    { errors: [], expected: ['store BatchGetSecretValueIncomplete', 'store BatchGetSecretValueIncomplete'] },
  ])('errors $errors are those of the secrets they name', async ({ errors, expected }) => {
    const { store } = await answering({ SecretValues: [], Errors: errors })
    expect((await store.readTogether([a, b])).map(plain)).toEqual(expected)
  })

  it('a value is found by its name or its ARN, in any order, and counts more than an error', async () => {
    const values = [value('p/connections/a'), value(undefined)]
    const { store, asked } = await answering({ SecretValues: values, Errors: [denied('p/grants/a')] })
    expect((await store.readTogether([a, b])).map(plain)).toEqual(['value', 'value'])
    expect(asked.length).toBe(1)
  })

  it('pages are followed, empty ones too', async () => {
    const { store, asked } = await answering(
      { SecretValues: [value('p/grants/a')], NextToken: 'second' },
      { NextToken: 'third' },
      { SecretValues: [], Errors: [absent(`${arn}p/connections/a`)] },
    )
    expect((await store.readTogether([a, b])).map(plain)).toEqual(['value', undefined])
    expect(asked.map((request) => Object(request).NextToken)).toEqual([undefined, 'second', 'third'])
  })

  it('what an answer leaves out is asked for once more, alone', async () => {
    const { store, asked } = await answering(
      { SecretValues: [value('p/grants/a')] },
      { SecretValues: [value('p/connections/a')] },
    )
    expect((await store.readTogether([a, b])).map(plain)).toEqual(['value', 'value'])
    expect(asked).toEqual([{ SecretIdList: ['p/grants/a', 'p/connections/a'] }, { SecretIdList: ['p/connections/a'] }])
  })

  it('pages without end come to an end', async () => {
    const { store, asked } = await answering({ NextToken: 'again' })
    expect((await store.readTogether([a])).map(plain)).toEqual(['store BatchGetSecretValueIncomplete'])
    expect(asked.length).toBe(40)
  })

  it('the embedded Secrets Manager names them by ARN too', async () => {
    const { store, service } = await running({ batchErrorIds: 'arn' })
    expect((await store.readTogether([b, a])).map(plain)).toEqual([undefined, 'second'])
    expect(service.calls.get('BatchGetSecretValue')).toBe(1)
  })
})
