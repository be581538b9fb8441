// Another client secret for a known client: stored beside the old one, tried, and only then is the old one retired.

import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { type Embedded, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const expires = '2029-01-01T00:00:00.000Z'

const offer = async (e: Embedded, change: Record<string, unknown> = {}, connection: string | null = 'a') => {
  const login = { client_id: e.clientId, client_secret_expires_at: expires, ...change }
  await e.storeLogin('client', login)
  const { arn } = e.secret('logins', 'client')
  return e.changeClientSecret({ client: e.clientId, login: arn, ...(connection !== null && { connection }) })
}

const secrets = (e: Embedded) => {
  const { client_secrets } = e.current('clients', e.clientId).json
  return (client_secrets as { readonly value: string }[]).map(({ value }) => value)
}

const newSecret = (e: Embedded): string => e.entra.addClientSecret(e.clientId).value

const isGone = (e: Embedded): boolean => e.secretsManager.inspect('token-refresher/logins/client') === undefined

it('an accepted one takes the place of the old, the connection is refreshed on the way, and the login is gone', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const client_secret = newSecret(e)
  const before = e.current('grants', 'a').json
  e.clock.advance(11 * 60_000)
  const answer = await offer(e, { client_secret })
  expect(answer).toEqual({
    client: e.clientId,
    tried: 'accepted',
    client_secrets: 1,
    retired: 1,
    client_secret_expires_at: expires,
  })
  expect(secrets(e)).toEqual([client_secret])
  expect(e.current('grants', 'a').json.generation).toBe(Number(before.generation) + 1)
  expect(e.problems('a')).toEqual([])
  expect(isGone(e)).toBe(true)
  const { Tags = [] } = await e.aws.send(
    new DescribeSecretCommand({ SecretId: `token-refresher/clients/${e.clientId}` }),
  )
  const shown = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))
  expect(shown).toMatchObject({
    [tags.clientSecrets]: expires,
    [tags.clientSecretExpires]: expires,
    [tags.tokenEndpoint]: e.tokenEndpoint.replace(e.entraUrl, 'https://login.microsoftonline.com'),
    [tags.authMethod]: 'client_secret_post',
    [tags.scope]: e.login.scope,
  })
})

it('publishes the new one at once where apps read it', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a', { publish: 'connection_values' })
  const client_secret = newSecret(e)
  await offer(e, { client_secret })
  expect((await e.value('connections', 'a')).client_secret).toBe(client_secret)
})

it('a refused one leaves the client as it was, and no one is notified that the client is at fault', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const before = secrets(e)
  await expect(offer(e, { client_secret: 'mistyped' })).rejects.toThrow(
    /^client AADSTS7000215: The client secret was not changed\. /,
  )
  expect(secrets(e)).toEqual(before)
  expect(isGone(e)).toBe(true)
  expect(e.problems('a')).toEqual([])
  expect(await e.tickAfter(63)).toMatchObject({ refreshed: 1, failed: {} })
})

it('one that could not be tried stays beside the old one, and the refresher takes whichever is accepted', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const [old] = secrets(e)
  const client_secret = newSecret(e)
  e.entra.answerWith({ code: 50000, times: 2, when: { grantType: 'refresh_token' } })
  await expect(offer(e, { client_secret })).rejects.toThrow(
    /^transient AADSTS50000: The new client secret is stored beside /,
  )
  expect(secrets(e)).toEqual([old, client_secret])
  expect(isGone(e)).toBe(true)
  e.entra.updateClient(e.clientId, {})
  expect(await e.tickAfter(63)).toMatchObject({ refreshed: 1 })
})

it('without a connection it is stored untried, beside the old one', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const [old] = secrets(e)
  const client_secret = newSecret(e)
  expect(await offer(e, { client_secret }, null)).toMatchObject({ tried: 'untried', client_secrets: 2, retired: 0 })
  expect(secrets(e)).toEqual([old, client_secret])
})

it('brings all connections of a client back whose secret had expired', async () => {
  const e = await embedded({ reach: withoutNetwork })
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt: e.clock.now() + 30 * 60_000 })
  await e.connect('a', { client_secret: value })
  await e.tickAfter(63)
  await e.tickAfter(5)
  expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { class: 'client', concerns: 'held' } })
  await offer(e, { client_secret: newSecret(e) })
  expect(e.problems('a')).toEqual([])
})

it.each([
  [
    'a client that is not known',
    { client_id: 'another-client' },
    /^request login_not_valid: the login: "client_id" is not /,
  ],
  ['no client secret', { client_secret: undefined }, /^request login_not_valid: the login: "client_secret" is missing/],
  ['another field', { password: 'p' }, /^request login_not_valid: the login: key 4 of 4 is not a known key/],
])('is refused for %s before anything is changed', async (_, change, message) => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const before = e.current('clients', e.clientId).versionId
  await expect(offer(e, { client_secret: newSecret(e), ...change })).rejects.toThrow(message)
  expect(e.current('clients', e.clientId).versionId).toBe(before)
})

it('is refused for a connection of another client', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await expect(offer(e, { client_secret: newSecret(e) }, 'unknown')).rejects.toThrow(/^request connection_not_found: /)
})

/** In the words of other providers, every refusal of a wrong client secret, and every other answer as it is. */
const refusingAs = (e: Embedded, status: number, body: string): void => {
  e.entra.shapeNext(
    (answer) => (String(answer.body).includes('AADSTS7000215') ? { ...answer, status, body } : answer),
    {
      times: Number.MAX_SAFE_INTEGER,
    },
  )
}

const wordings: readonly (readonly [what: string, status: number, body: string, code: string])[] = [
  ['RFC 6749', 401, '{"error":"invalid_client"}', 'client invalid_client'],
  [
    'Keycloak',
    401,
    '{"error":"unauthorized_client","error_description":"Invalid client"}',
    'client unauthorized_client',
  ],
  ['GitHub', 200, '{"error":"incorrect_client_credentials"}', 'client incorrect_client_credentials'],
  ['Slack', 200, '{"ok":false,"error":"bad_client_secret"}', 'client bad_client_secret'],
  ['Zoho', 200, '{"error":"invalid_client_secret"}', 'client invalid_client_secret'],
  ['an empty 401', 401, '', 'refused http_401'],
  ['a 401 of a gateway', 401, '{"message":"Unauthorized"}', 'refused http_401'],
  ['an unknown word', 400, '{"error":"brand_new"}', 'refused brand_new'],
]

it.each(wordings)('a mistyped one is refused in the words of %s, and not kept', async (_, status, body, code) => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const before = secrets(e)
  refusingAs(e, status, body)
  const refused = await offer(e, { client_secret: 'mistyped' }).catch((error: unknown) => error)
  expect(String(refused)).toContain(`${code}: The client secret was not changed. `)
  expect(secrets(e)).toEqual(before)
  expect(isGone(e)).toBe(true)
  expect(e.problems('a')).toEqual([])
  expect(await e.tickAfter(63)).toMatchObject({ refreshed: 1, failed: {} })
})

it.each(wordings)(
  'the other one is tried in the same tick after a refusal in the words of %s',
  async (_, status, body) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const old = e.login.client_secret ?? ''
    const { keyId, value } = e.entra.addClientSecret(e.clientId)
    await e.connect('b', { client_secret: value })
    expect(secrets(e)).toEqual([value, old])
    e.entra.removeClientSecret(e.clientId, keyId)
    refusingAs(e, status, body)
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 2, failed: {} })
    expect(secrets(e)).toEqual([old, value])
  },
)

it('the other one is not tried after a refusal of the grant', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await offer(e, { client_secret: newSecret(e) }, null)
  const before = e.refreshRequests()
  e.entra.answerWith({ code: 50173, when: { grantType: 'refresh_token' } })
  await e.tickAfter(63)
  expect(e.refreshRequests() - before).toBe(1)
})

it('of several refusals the one that is not about an old client secret is reported', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await offer(e, { client_secret: 'mistyped' }, null)
  let asked = 0
  e.entra.shapeNext(
    (answer) => (asked++ === 0 ? { ...answer, status: 403, body: '{"error":"blocked_region"}' } : answer),
    { times: Number.MAX_SAFE_INTEGER },
  )
  await e.tickAfter(63)
  expect(asked).toBe(2)
  expect(e.status('a')).toMatchObject({ failure: { class: 'refused', code: 'blocked_region' } })
})
