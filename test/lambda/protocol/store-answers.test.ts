// What Secrets Manager answers of single secrets: what cannot be read is a failure that is reported, never a silence.

import { UpdateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { type Room, secretName, tags } from '../../../lambda/contract.ts'
import type { Fault, LoopbackRequest } from '../../../local/loopback-server.ts'
import { type Embedded, embedded } from '../../support/embedded.ts'

const key = 'arn:aws:kms:eu-central-1:123456789012:key/own'
const nameOf = (room: Room, name: string): string => secretName('token-refresher', room, name)

/** Two connections that are due. */
const due = async (options: Parameters<typeof embedded>[0] = {}): Promise<Embedded> => {
  const e = await embedded(options)
  await e.connect('a')
  await e.connect('b')
  e.clock.moveTo(Math.max(Number(e.status('a').next), Number(e.status('b').next)))
  return e
}

const disableKeyOf = async (e: Embedded, room: Room, name: string): Promise<void> => {
  await e.aws.send(new UpdateSecretCommand({ SecretId: nameOf(room, name), KmsKeyId: key }))
  e.secretsManager.disableKey(key)
}

describe.each(['as-asked', 'arn'] as const)('a disabled key, where errors name secrets %s', (batchErrorIds) => {
  it.each(['grants', 'clients'] as const)(
    'of %s is a failure of the store in every tick, and ends by itself',
    async (room) => {
      const e = await due({ secretsManager: { batchErrorIds } })
      await disableKeyOf(e, room, room === 'grants' ? 'a' : e.clientId)
      const both = room === 'clients'
      for (let tick = 0; tick < 2; tick++) {
        const { failed } = await e.tickAfter(5)
        expect([tick, failed]).toEqual([tick, { store: both ? 2 : 1 }])
        expect(e.told.last('a')).toMatchObject({
          kind: 'failed',
          failure: { class: 'store', code: 'DecryptionFailure' },
        })
      }
      if (!both) expect(e.problems('b')).toEqual([])
      expect(e.status('a').failure).toBeUndefined()
      e.secretsManager.enableKey(key)
      await e.tickAfter(5)
      expect([e.problems('a'), e.problems('b')]).toEqual([[], []])
    },
  )
})

it('a grant that is there and has no current version is a failure of the store', async () => {
  const e = await due()
  const withoutValue = JSON.stringify({
    SecretValues: [],
    Errors: [nameOf('grants', 'a'), nameOf('connections', 'a'), nameOf('clients', e.clientId)].map((SecretId) => ({
      SecretId,
      ErrorCode: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    })),
  })
  const ofA = ({ headers, body }: LoopbackRequest) =>
    headers['x-amz-target'] === 'secretsmanager.BatchGetSecretValue' && body.includes('grants/a')
  const absent: Fault = { kind: 'answer', answer: { status: 200, body: withoutValue } }
  e.faults.aws = (request) => (ofA(request) ? absent : undefined)
  await e.refresh()
  expect(e.told.last('a')).toMatchObject({ failure: { class: 'store', code: 'ResourceNotFoundException' } })
  expect(e.problems('b')).toEqual([])
})

it.each(['', ' ', 'a b', 'ü', 'a/b', 'x'.repeat(256), '../grants/b'])(
  'a tag of the client that says %j costs a read and nothing else',
  async (tag) => {
    const e = await due()
    const asked: string[] = []
    await e.setTags('a', { [tags.client]: tag })
    e.faults.aws = ({ headers, body }) => {
      if (headers['x-amz-target'] === 'secretsmanager.BatchGetSecretValue') asked.push(...JSON.parse(body).SecretIdList)
      return undefined
    }
    await e.tickAfter(5)
    expect([e.problems('a'), e.problems('b')]).toEqual([[], []])
    expect(asked.filter((id) => id.includes('/clients/') && !id.endsWith(e.clientId))).toEqual([])
  },
)

describe('a list that is cut', () => {
  const cut: Fault = { kind: 'delivery', delivery: { kind: 'cut', afterBytes: 10 } }
  const cutLists = (e: Embedded, part: string, times: number): void => {
    let left = times
    e.faults.aws = ({ headers, body }) =>
      headers['x-amz-target'] === 'secretsmanager.ListSecrets' && body.includes(part) && left-- > 0 ? cut : undefined
  }

  it.each(['/clients/', '/grants/'])('of %s eight times is listed all the same', async (part) => {
    const e = await due()
    cutLists(e, part, 8)
    const { failed, refreshed } = await e.refresh()
    expect({ failed, refreshed }).toEqual({ failed: {}, refreshed: 2 })
  })

  it('of clients for ever keeps no connection from being refreshed, and fails the run afterwards', async () => {
    const e = await due()
    cutLists(e, '/clients/', Number.POSITIVE_INFINITY)
    await expect(e.refresh()).rejects.toThrow('UND_ERR_SOCKET')
    expect([e.problems('a'), e.problems('b'), e.refreshRequests()]).toEqual([[], [], 2])
    const failure = { class: 'store', code: 'UND_ERR_SOCKET' }
    expect(e.told.storeFailures).toMatchObject([{ task: 'list or tag', failure }])
  })

  it('of connections for ever is the failure of the run', async () => {
    const e = await due()
    cutLists(e, '/grants/', Number.POSITIVE_INFINITY)
    await expect(e.refresh()).rejects.toThrow('UND_ERR_SOCKET')
  })
})
