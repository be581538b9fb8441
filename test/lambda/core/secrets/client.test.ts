// A client on its way into the store and back, and its client secrets over time.

import { describe, expect, it } from 'vitest'
import {
  type Client,
  clientName,
  clientSecretExpiry,
  decodeClient,
  encodeClient,
  withClientSecret,
} from '../../../../lambda/core/secrets/client.ts'
import {
  bare,
  day,
  decodedValue,
  genericProvider,
  later,
  made,
  problemOf,
  redacted,
  sampleClient,
  stored,
} from '../../../support/core-samples.ts'

const clientSecret = made('client-secret')

const written = {
  schema: 1,
  client_id: 'sample-client',
  token_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
  token_endpoint_auth_method: 'client_secret_post',
  client_secrets: [{ value: clientSecret, expires_at: '2027-01-22T12:00:00.000Z' }],
  provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
}

const without = (key: string): object => Object.fromEntries(Object.entries(written).filter(([name]) => name !== key))

describe('a client', () => {
  const clients: readonly (readonly [string, Partial<Client>])[] = [
    ['with one secret', {}],
    [
      'with several secrets in their order',
      {
        client_secrets: [
          { value: redacted('one'), expires_at: later(day) },
          { value: redacted('two') },
          { value: redacted('three'), expires_at: later(-day) },
        ],
      },
    ],
    ['of another provider', { provider: genericProvider, token_endpoint_auth_method: 'client_secret_basic' }],
    ['that is public', { token_endpoint_auth_method: 'none', client_secrets: [] }],
  ]

  it('has its token endpoint as a URL is written normally', () => {
    const token_endpoint = 'HTTPS://IDP.example.com/to\tken\u202e'
    const client = decodedValue(decodeClient(stored({ ...written, token_endpoint })))
    expect(client.token_endpoint).toBe('https://idp.example.com/token%E2%80%AE')
  })

  it.each(clients)('comes back as it was stored, %s', (_, change) => {
    const client = sampleClient(change)
    expect(bare(decodedValue(decodeClient(encodeClient(client))))).toEqual(bare(client))
  })

  it('is stored with the keys of the contract, times in ISO 8601 UTC', () => {
    const client = sampleClient({ client_secrets: [{ value: stored(clientSecret), expires_at: later(60 * day) }] })
    expect(JSON.parse(encodeClient(client).reveal())).toEqual(written)
  })
})

describe('a client that a person has edited', () => {
  it.each(Object.keys(written))('does not decode without "%s"', (key) => {
    expect(problemOf(decodeClient(stored(without(key))))).toBe(`the client: "${key}" is missing`)
  })

  it.each([
    ['', 'the client is not JSON: check its quotes, commas and braces'],
    [clientSecret, 'the client is not JSON: check its quotes, commas and braces'],
    [JSON.stringify([written]), 'the client is not a JSON object: it must begin with { and end with }'],
  ])('does not decode when it is no object any more (%#)', (text, problem) => {
    expect(problemOf(decodeClient(stored(text)))).toBe(problem)
  })

  const { provider } = written
  const wrong: readonly (readonly [string, object, string])[] = [
    ['another schema', { schema: 0 }, '"schema" must be 1'],
    ['an empty id', { client_id: '' }, '"client_id" must not be empty'],
    ['an endpoint that is no URL', { token_endpoint: 'login' }, '"token_endpoint" must be a URL'],
    ['an endpoint that is no string', { token_endpoint: null }, '"token_endpoint" must be a string'],
    ['an empty endpoint', { token_endpoint: '' }, '"token_endpoint" must not be empty'],
    [
      'an http endpoint',
      { token_endpoint: 'http://idp.example.com/token' },
      '"token_endpoint" must start with https://',
    ],
    [
      'an endpoint on this machine',
      { token_endpoint: 'http://127.0.0.1/token' },
      '"token_endpoint" must start with https',
    ],
    [
      'an endpoint of another protocol',
      { token_endpoint: 'ftp://idp.example.com' },
      '"token_endpoint" must start with',
    ],
    ['a script as endpoint', { token_endpoint: 'javascript:1' }, '"token_endpoint" must start with https://'],
    [
      'a password in its endpoint',
      { token_endpoint: `https://a:${clientSecret}@idp.example.com/` },
      '"token_endpoint" must not contain a user name or password',
    ],
    [
      'a tenant that is none',
      { token_endpoint: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token' },
      '"token_endpoint" names a tenant that must be a tenant id',
    ],
    ['an unknown way to authenticate', { token_endpoint_auth_method: 'post' }, '"token_endpoint_auth_method" must be'],
    ['a bare secret', { client_secrets: clientSecret }, '"client_secrets" must be a list'],
    ['a list of bare secrets', { client_secrets: [clientSecret] }, '"client_secrets.0" is not valid'],
    ['a secret without a value', { client_secrets: [{}] }, '"client_secrets.0.value" is missing'],
    ['a secret that is empty', { client_secrets: [{ value: '' }] }, '"client_secrets.0.value" must not be empty'],
    ['no secret', { client_secrets: [] }, '"client_secrets" is empty'],
    [
      'a second secret with a wrong expiry',
      { client_secrets: [...written.client_secrets, { value: clientSecret, expires_at: 'never' }] },
      '"client_secrets.1.expires_at" must be an ISO 8601 time',
    ],
    ['an unknown provider', { provider: { ...provider, name: 'azure' } }, '"provider.name" must be entra or generic'],
    ['an unknown rotation', { provider: { ...provider, rotation: 'no' } }, '"provider.rotation" must be reusable or'],
    ['no time of inactivity', { provider: { ...provider, inactivity_days: 0 } }, '"provider.inactivity_days" must be'],
    [
      'more than a century of inactivity',
      { provider: { ...provider, inactivity_days: 36_526 } },
      '"provider.inactivity_days" must be at most 36525',
    ],
    ['days as a string', { provider: { ...provider, inactivity_days: '90' } }, '"provider.inactivity_days" must be a'],
    ['a provider that is a name', { provider: 'entra' }, '"provider" is not valid'],
  ]

  it.each(wrong)('does not decode with %s', (_, change, part) => {
    const problem = problemOf(decodeClient(stored({ ...written, ...change })))
    expect(problem).toMatch(/^the client: "/)
    expect(problem).toContain(part)
    expect(problem).not.toContain(clientSecret)
  })
})

describe('a client that a person may have edited', () => {
  it.each([`${clientSecret}\n`, ` ${clientSecret}`, `${clientSecret}\r\n`])(
    'may have blanks and line ends around a client secret, which are not part of it',
    (value) => {
      const text = stored({ ...written, client_secrets: [{ value }] })
      expect(decodedValue(decodeClient(text)).client_secrets[0]?.value.reveal()).toBe(clientSecret)
    },
  )

  it.each([1, 89.5, 36_525])('may be one whose provider forgets after %d days', (inactivity_days) => {
    const text = stored({ ...written, provider: { ...written.provider, inactivity_days } })
    expect(decodedValue(decodeClient(text)).provider.inactivity_days).toBe(inactivity_days)
  })

  it('may be at http on a loopback host only where that is allowed', () => {
    const text = stored({ ...written, token_endpoint: 'http://127.0.0.1:8080/token' })
    expect(decodeClient(text, true).ok).toBe(true)
    expect(decodeClient(text, false).ok).toBe(false)
  })

  it('may begin with a byte order mark', () => {
    expect(decodeClient(stored(`\uFEFF${JSON.stringify(written)}`)).ok).toBe(true)
  })

  it('may name the day of an expiry alone, which is its midnight in UTC', () => {
    const text = stored({ ...written, client_secrets: [{ value: clientSecret, expires_at: '2027-01-22' }] })
    expect(decodedValue(decodeClient(text)).client_secrets[0]?.expires_at).toEqual(new Date('2027-01-22T00:00:00Z'))
  })
})

describe('a new client secret', () => {
  const [one, two] = [{ value: redacted('one') }, { value: redacted('two'), expires_at: later(day) }]
  const client = sampleClient({ client_secrets: [one, two] })

  it('comes before those that are known', () => {
    const three = { value: redacted('three') }
    expect(bare(withClientSecret(client, three).client_secrets)).toEqual(bare([three, one, two]))
    expect(bare(client.client_secrets)).toEqual(bare([one, two]))
  })

  it('takes the place of the same one, with its new expiry', () => {
    const again = { value: stored(two.value.reveal()), expires_at: later(90 * day) }
    expect(bare(withClientSecret(client, again).client_secrets)).toEqual(bare([again, one]))
  })

  it('keeps the known expiry when the login states none', () => {
    const again = { value: stored(two.value.reveal()) }
    expect(bare(withClientSecret(client, again).client_secrets)).toEqual(bare([two, one]))
  })

  it('takes the expiry that the login states where none was known', () => {
    const again = { value: stored(one.value.reveal()), expires_at: later(9 * day) }
    expect(bare(withClientSecret(client, again).client_secrets)).toEqual(bare([again, two]))
  })
})

describe('the expiry of a client', () => {
  const secret = (expires_at?: Date) => ({ value: redacted('client-secret'), ...(expires_at && { expires_at }) })

  it.each([
    ['none where there are no secrets', [], undefined],
    ['not known where that of one secret is not', [secret(later(day)), secret()], undefined],
    ['that of its one secret', [secret(later(day))], later(day)],
    [
      'that of the secret that lasts longest',
      [secret(later(day)), secret(later(3 * day)), secret(later(2 * day))],
      later(3 * day),
    ],
    [
      'that of the others while a new one waits for its trial',
      [secret(later(day)), { ...secret(later(9 * day)), made_at: later(0) }],
      later(day),
    ],
    [
      'not known while a new one waits beside one whose end is not known',
      [secret(), { ...secret(later(9 * day)), made_at: later(0) }],
      undefined,
    ],
    [
      'that of a new one that a refresh has put first',
      [{ ...secret(later(9 * day)), made_at: later(0) }, secret(later(day))],
      later(9 * day),
    ],
    [
      'that of an accepted one beside one whose end is not known',
      [secret(), { ...secret(later(9 * day)), made_at: later(0), accepted_at: later(0) }],
      later(9 * day),
    ],
  ])('is %s', (_, client_secrets, expiry) => {
    expect(clientSecretExpiry(sampleClient({ client_secrets }))).toEqual(expiry)
  })
})

describe('the name under which a client is stored', () => {
  it.each([
    '0b5e6f70-1111-4111-9111-11111111cd11',
    '12345-abc.apps.googleusercontent.com',
    'a_b+c=d.e@f-G',
    'a'.repeat(255),
  ])('is its id where the store takes it: %s', (id) => {
    expect(clientName(id)).toBe(id)
  })

  it('is never the name of another client', () => {
    const url = 'https://app.example.com/client'
    for (const id of [clientName(url), 'sha256-', `sha256-${'0'.repeat(64)}`, clientName(clientName(url))]) {
      expect(clientName(id)).toMatch(/^sha256-[0-9a-f]{64}$/)
      expect(clientName(id)).not.toBe(id)
    }
    expect(clientName('SHA256-x')).toBe('SHA256-x')
  })

  it.each(['a'.repeat(256), 'https://app.example.com/client', 'two words', 'clé', '*', ''])(
    'is a hash of its id where the store does not take it: %s',
    (id) => {
      expect(clientName(id)).toMatch(/^sha256-[0-9a-f]{64}$/)
      expect(clientName(id)).toBe(clientName(id))
      expect(clientName(id)).not.toBe(clientName(`${id}*`))
    },
  )
})
