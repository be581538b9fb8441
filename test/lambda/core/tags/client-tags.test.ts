// A client in the tags of its secret.

import { expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { clientTags } from '../../../../lambda/core/tags/client-tags.ts'
import { later, noon, redacted, sampleClient } from '../../../support/core-samples.ts'

const value = redacted('client-secret')

it('shows the expiry of each client secret and never a secret', () => {
  const client = sampleClient({ client_secrets: [{ value, expires_at: noon }, { value: redacted('client-secret') }] })
  const shown = clientTags(client, 'Mail.Read offline_access')
  expect(shown).toEqual({
    [tags.clientSecretExpires]: '',
    [tags.renewalDue]: '',
    [tags.renewalTrying]: '',
    [tags.clientSecrets]: `${noon.toISOString()} unknown`,
    [tags.tokenEndpoint]: client.token_endpoint,
    [tags.authMethod]: 'client_secret_post',
    [tags.scope]: 'Mail.Read offline_access',
  })
  expect(JSON.stringify(shown)).not.toContain(value.reveal())
})

it('leaves the scope alone when no bootstrap has asked for one', () => {
  expect(clientTags(sampleClient())).not.toHaveProperty([tags.scope])
})

it.each([
  ['a URL with a query', { token_endpoint: 'https://idp.example.com/token?p=B2C_1_signin' }, tags.tokenEndpoint],
  [
    'more expiries than a tag holds',
    { client_secrets: Array.from({ length: 11 }, () => ({ value, expires_at: later(0) })) },
    tags.clientSecrets,
  ],
])('what a tag cannot hold is left empty: %s', (_, change, key) => {
  expect(clientTags(sampleClient(change))[key]).toBe('')
})

it('fills a tag to its limit of 256 characters', () => {
  expect(clientTags(sampleClient(), 'a'.repeat(256))[tags.scope]).toHaveLength(256)
  expect(clientTags(sampleClient(), 'a'.repeat(257))[tags.scope]).toBe('')
})
