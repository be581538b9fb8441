// A client record that a person has edited: its tags follow, with at most one write of tags in a tick.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import type { Client } from '../../../../lambda/core/secrets/client.ts'
import { clientTags } from '../../../../lambda/core/tags/client-tags.ts'
import type { Tags } from '../../../../lambda/core/tags/status.ts'
import { StoreFailure } from '../../../../lambda/ports.ts'
import { ClientTagsUpdater } from '../../../../lambda/usecases/client/update-client-tags.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { day, later, redacted, sampleClient } from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const client = sampleClient({ client_secrets: [{ value: redacted('one'), expires_at: later(day) }] })
const byHand = {
  ...client,
  client_secrets: [{ value: redacted('two'), expires_at: later(300 * day) }, ...client.client_secrets],
}

const mending = async (work: (mender: ClientTagsUpdater) => Promise<void>, failure?: StoreFailure) => {
  const written: Tags[] = []
  const telemetry = new CollectedTelemetry()
  const tag = async (id: object, all: Tags) => {
    if (failure !== undefined) throw failure
    written.push({ ...id, ...all })
  }
  await work(new ClientTagsUpdater(refusingDependencies({ telemetry, store: { ...refusingStore, tag } })))
  return { written, failed: telemetry.storeFailures }
}

describe('the tags of a client', () => {
  it('follow a client secret that a person has added by hand', async () => {
    const { written } = await mending(async (mender) => {
      mender.listed({ name: 'sample-client', tags: { ...clientTags(client, 'Mail.Read'), 'of-another': 'x' } })
      await mender.read(byHand)
    })
    const expires = later(300 * day).toISOString()
    expect(written).toEqual([
      {
        room: 'clients',
        name: 'sample-client',
        [tags.clientSecretExpires]: expires,
        [tags.clientSecrets]: `${expires} ${later(day).toISOString()}`,
      },
    ])
  })

  const edits: readonly (readonly [string, Partial<Client>, string, string])[] = [
    ['an expiry that was taken away', { client_secrets: [{ value: redacted('one') }] }, tags.clientSecretExpires, ''],
    [
      'another endpoint',
      { token_endpoint: 'https://idp.example.com/token' },
      tags.tokenEndpoint,
      'https://idp.example.com/token',
    ],
    [
      'another way to authenticate',
      { token_endpoint_auth_method: 'client_secret_basic' },
      tags.authMethod,
      'client_secret_basic',
    ],
  ]

  it.each(edits)('follow %s', async (_, change, key, value) => {
    const { written } = await mending(async (mender) => {
      mender.listed({ name: 'sample-client', tags: clientTags(client) })
      await mender.read({ ...client, ...change })
    })
    expect(written).toMatchObject([{ [key]: value }])
  })

  it.each([
    ['are right', clientTags(client, 'Mail.Read')],
    ['are right and one that may be empty is missing', without(clientTags(sampleClient()), tags.clientSecretExpires)],
  ])('are not written when they %s', async (_, listed) => {
    const read = tags.clientSecretExpires in listed ? client : sampleClient()
    const { written } = await mending(async (mender) => {
      mender.listed({ name: 'sample-client', tags: listed })
      await mender.read(read)
    })
    expect(written).toEqual([])
  })

  it('are written once in a tick, however many connections read the record', async () => {
    const { written } = await mending(async (mender) => {
      mender.listed({ name: 'sample-client', tags: {} })
      await Promise.all(Array.from({ length: 50 }, () => mender.read(byHand)))
    })
    expect(written).toHaveLength(1)
  })

  it('are left alone for a client that was not listed, whose tags are not known', async () => {
    expect((await mending((mender) => mender.read(byHand))).written).toEqual([])
  })

  it('cost no connection anything when the store refuses, which is logged', async () => {
    const denied = new StoreFailure(storeFailure('AccessDeniedException'), false)
    const { failed } = await mending(async (mender) => {
      mender.listed({ name: 'sample-client', tags: {} })
      await mender.read(byHand)
    }, denied)
    expect(failed).toMatchObject([{ name: 'sample-client', failure: { code: 'AccessDeniedException' } }])
  })
})

function without(all: Tags, key: string): Tags {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== key))
}
