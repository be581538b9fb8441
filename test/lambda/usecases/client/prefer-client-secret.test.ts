// The client secret that was accepted goes first, in what is used now and in what is stored.

import { describe, expect, it } from 'vitest'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import { type Client, decodeClient, encodeClient, preferring } from '../../../../lambda/core/secrets/client.ts'
import { childVersionId } from '../../../../lambda/core/secrets/version-id.ts'
import { type SecretStore, type StoredVersion, StoreFailure } from '../../../../lambda/ports.ts'
import { rememberClientSecret } from '../../../../lambda/usecases/client/prefer-client-secret.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { bare, day, decodedValue, later, noon, redacted, sampleClient, stored } from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const [one, two, three] = [
  { value: redacted('one'), expires_at: later(day) },
  { value: redacted('two'), expires_at: later(90 * day) },
  { value: redacted('three') },
]
const client = sampleClient({ client_secrets: [one, two, three] })
const parent = '3f1a2b3c-0000-4000-8000-00000000ab00'

const versionOf = (value: Client, versionId = parent): StoredVersion => ({
  arn: 'arn',
  versionId,
  createdAt: noon,
  text: encodeClient(value),
})

/** Which secrets are in use afterwards, and which were written. */
const remembering = async (secret: Client['client_secrets'][number] | undefined, store: Partial<SecretStore> = {}) => {
  const written: { readonly client: Client; readonly name: string; readonly versionId: string }[] = []
  const telemetry = new CollectedTelemetry()
  const dependencies = refusingDependencies({
    telemetry,
    clock: new ManualClock(noon),
    store: {
      ...refusingStore,
      put: async (write) => {
        if (!('room' in write) || write.room !== 'clients') throw new Error('only the client is written here')
        written.push({ client: decodedValue(decodeClient(write.text)), name: write.name, versionId: write.versionId })
        return 'written'
      },
      ...store,
    },
  })
  const preferred = preferring(client, secret)
  await rememberClientSecret(dependencies, { stored: client, version: versionOf(client), preferred })
  return { preferred, written, failed: telemetry.storeFailures }
}

describe('the client secret that was accepted', () => {
  it('is put first, and the others are kept with what is known of them', async () => {
    const { preferred, written } = await remembering(two)
    expect(bare(preferred.client_secrets)).toEqual(bare([two, one, three]))
    expect(written.map(({ name, versionId }) => [name, versionId])).toEqual([
      ['sample-client', childVersionId(parent, 0)],
    ])
    expect(bare(written[0]?.client)).toEqual(bare({ ...client, client_secrets: [two, one, three] }))
  })

  it('is known by its value', async () => {
    const { preferred } = await remembering({ value: stored(two.value.reveal()) })
    expect(bare(preferred.client_secrets)).toEqual(bare([two, one, three]))
  })

  it.each([
    ['is first already', one],
    ['is first already, read anew', { value: stored(one.value.reveal()) }],
    ['was none, for the provider has judged none', undefined],
  ])('changes nothing and writes nothing when it %s', async (_, secret) => {
    const { preferred, written } = await remembering(secret)
    expect(preferred).toBe(client)
    expect(written).toEqual([])
  })

  it('is used although another writer was first to change the stored client, whose change stays', async () => {
    const mended = sampleClient({ client_secrets: [{ value: redacted('four') }] })
    const { preferred, written } = await remembering(two, {
      put: async () => 'exists',
      read: async () => versionOf(mended, 'another'),
    })
    expect(bare(preferred.client_secrets)).toEqual(bare([two, one, three]))
    expect(written).toEqual([])
  })

  it.each([true, false])(
    'is used although the store does not take it, which is reported (passing: %s)',
    async (passing) => {
      const { preferred, failed } = await remembering(two, {
        put: async () => {
          throw new StoreFailure(storeFailure('AccessDeniedException'), passing)
        },
      })
      expect(bare(preferred.client_secrets)).toEqual(bare([two, one, three]))
      expect(failed).toMatchObject([{ failure: { code: 'AccessDeniedException' } }])
    },
  )

  it('does not hide a bug', async () => {
    const put = async () => {
      throw new TypeError('a bug')
    }
    await expect(remembering(two, { put })).rejects.toThrow('a bug')
  })
})
