// Every login that an operator may hand over, right or wrong.

import { describe, expect, it } from 'vitest'
import { decodeLogin, settleLogin } from '../../../../lambda/core/login/login.ts'
import { bare, decodedValue, later, made, noon, problemOf, stored } from '../../../support/core-samples.ts'

const secrets = {
  client_secret: made('client-secret'),
  password: made('password'),
  refresh_token: made('refresh-token'),
}

/** The request table of the IBM page. */
const ibm = {
  client_id: 'sample-client',
  scope: 'Directory.ReadWrite.All offline_access',
  grant_type: 'password',
  client_secret: secrets.client_secret,
  userName: 'anna@example.com',
  password: secrets.password,
}

const least = { client_id: 'sample-client', username: 'anna@example.com', password: secrets.password }

const decode = (login: unknown, allowLoopbackHttp = false) => decodeLogin(stored(login), allowLoopbackHttp)
const accepted = (change: object = {}) => decodedValue(decode({ ...least, ...change }))
const without = (key: string): object => Object.fromEntries(Object.entries(least).filter(([name]) => name !== key))

const expectNoSecretIn = (text: string) => {
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret)
}

describe('a login that can be used', () => {
  it('may have exactly the keys of the IBM page, userName included', () => {
    expect(bare(decodedValue(decode(ibm)))).toEqual({
      token_endpoint: undefined,
      client_id: 'sample-client',
      client_secret: secrets.client_secret,
      client_secret_expires_at: undefined,
      token_endpoint_auth_method: undefined,
      rotation: undefined,
      inactivity_days: undefined,
      grant_ends_after_days: undefined,
      scope: 'Directory.ReadWrite.All offline_access',
      grant: { grant_type: 'password', username: 'anna@example.com', password: secrets.password },
      mode: undefined,
      publish: undefined,
    })
  })

  it('needs a client id, a user name and a password, and has a default for the rest', () => {
    expect(bare(accepted())).toEqual({
      token_endpoint: undefined,
      client_id: 'sample-client',
      client_secret: undefined,
      client_secret_expires_at: undefined,
      token_endpoint_auth_method: undefined,
      rotation: undefined,
      inactivity_days: undefined,
      grant_ends_after_days: undefined,
      scope: '',
      grant: { grant_type: 'password', username: 'anna@example.com', password: secrets.password },
      mode: undefined,
      publish: undefined,
    })
  })

  it('may have every key', () => {
    const login = accepted({
      schema: 1,
      tenant: 'contoso.com',
      cloud: 'china',
      client_secret: secrets.client_secret,
      client_secret_expires_at: '2028-01-31T00:00:00Z',
      token_endpoint_auth_method: 'client_secret_basic',
      rotation: 'single-use',
      inactivity_days: 60,
      grant_ends_after_days: 7,
      mode: 'keep-alive',
      publish: 'connection_values',
    })
    expect(login).toMatchObject({
      token_endpoint: 'https://login.partner.microsoftonline.cn/contoso.com/oauth2/v2.0/token',
      client_secret_expires_at: new Date('2028-01-31T00:00:00Z'),
      token_endpoint_auth_method: 'client_secret_basic',
      rotation: 'single-use',
      inactivity_days: 60,
      grant_ends_after_days: 7,
      mode: 'keep-alive',
      publish: 'connection_values',
    })
  })

  it.each([1, 1.5, 7, 60, 36_525])('may say that its grant lasts %d days', (days) => {
    const stated = { inactivity_days: days, grant_ends_after_days: days }
    expect(accepted(stated)).toMatchObject(stated)
  })

  it.each([0, -7, 0.9, 36_526, 'seven', null, true, [7]])('may not say that its grant lasts %j days', (days) => {
    for (const key of ['inactivity_days', 'grant_ends_after_days']) {
      expect(problemOf(decode({ ...least, [key]: days }))).toMatch(new RegExp(`"${key}" (must be|is not valid)`))
    }
  })

  it('may hand over a refresh token in place of a password', () => {
    const login = { client_id: 'sample-client', grant_type: 'refresh_token', refresh_token: secrets.refresh_token }
    expect(bare(decodedValue(decode(login)).grant)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: secrets.refresh_token,
    })
  })

  it('has the blanks around its user name taken away', () => {
    expect(accepted({ username: ' anna@example.com\n' }).grant).toMatchObject({ username: 'anna@example.com' })
  })

  it('has the blanks around its client id taken away', () => {
    expect(accepted({ client_id: '\tsample-client ' }).client_id).toBe('sample-client')
  })

  it('may be saved with a byte order mark', () => {
    expect(decode(`\uFEFF${JSON.stringify(least)}`).ok).toBe(true)
  })

  it('may be of a tenant whose domain ends in other letters than ours', () => {
    expect(accepted({ tenant: 'xn--e1afmkfd.xn--p1ai' }).token_endpoint).toContain('/xn--e1afmkfd.xn--p1ai/')
  })

  it('may be of a public client, which has no client secret', () => {
    expect(accepted({ token_endpoint_auth_method: 'none' }).token_endpoint_auth_method).toBe('none')
  })

  it('keeps its password to the letter', () => {
    const password = `a+b&c=d %é "${made('password')}" 密`
    expect(bare(accepted({ password }).grant)).toMatchObject({ password })
  })

  it('may have blanks inside its password', () => {
    expect(decode({ ...least, password: 'two plain words' }).ok).toBe(true)
  })

  it.each([
    ['fresh', { mode: 'fresh' }],
    ['keep-alive', { mode: 'keep-alive' }],
  ])('may ask for mode %s', (mode, change) => {
    expect(accepted(change).mode).toBe(mode)
  })

  it.each([
    ['access_token', { publish: 'access_token' }],
    ['connection_values', { publish: 'connection_values' }],
  ])('may ask to publish %s', (publish, change) => {
    expect(accepted(change).publish).toBe(publish)
  })

  it.each([later(0).toISOString(), '2026-11-23T13:00:00+01:00'])('may tell a time as %s', (time) => {
    const login = accepted({ client_secret: secrets.client_secret, client_secret_expires_at: time })
    expect(login.client_secret_expires_at).toEqual(noon)
  })

  it('may tell the day of an expiry alone', () => {
    const login = accepted({ client_secret: secrets.client_secret, client_secret_expires_at: '2027-01-31' })
    expect(login.client_secret_expires_at).toEqual(new Date('2027-01-31T00:00:00Z'))
  })
})

describe('where a login is redeemed', () => {
  it.each([
    ['the organizations tenant by name', { tenant: 'organizations' }, 'login.microsoftonline.com/organizations'],
    ['a tenant by its domain', { tenant: 'contoso.com' }, 'login.microsoftonline.com/contoso.com'],
    ['the tenant in a national cloud', { tenant: 'a.us', cloud: 'us-government' }, 'login.microsoftonline.us/a.us'],
    ['organizations in a cloud named alone', { cloud: 'global' }, 'login.microsoftonline.com/organizations'],
  ])('is %s', (_, change, place) => {
    expect(accepted(change).token_endpoint).toBe(`https://${place}/oauth2/v2.0/token`)
  })

  it('is any https endpoint', () => {
    const token_endpoint = 'https://idp.example.com:8443/oauth2/token?realm=a'
    expect(accepted({ token_endpoint }).token_endpoint).toBe(token_endpoint)
  })

  it('is an http endpoint on a loopback host where that is allowed, and nowhere else', () => {
    const token_endpoint = 'http://127.0.0.1:8080/oauth2/token'
    expect(decodedValue(decode({ ...least, token_endpoint }, true)).token_endpoint).toBe(token_endpoint)
    expect(problemOf(decode({ ...least, token_endpoint }, false))).toContain(
      '"token_endpoint" must start with https://',
    )
  })
})

describe('a login that cannot be used', () => {
  const notObjects: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['half of an object', `{"password": "${secrets.password}"`],
    ['the bare password', secrets.password],
    ['a form', `password=${secrets.password}&client_secret=${secrets.client_secret}`],
    ['JSON with a comment', `{} // ${secrets.password}`],
  ]

  it.each(notObjects)('is refused as no JSON when it is %s', (_, text) => {
    const problem = problemOf(decode(text))
    expect(problem).toMatch(/^the login is not JSON/)
    expectNoSecretIn(problem)
  })

  it.each([
    ['null', 'null'],
    ['a list', JSON.stringify([ibm])],
    ['a string', JSON.stringify(secrets.password)],
    ['a number', '7'],
    ['true', 'true'],
  ])('is refused as no object when it is %s', (_, text) => {
    const problem = problemOf(decode(text))
    expect(problem).toMatch(/^the login is not a JSON object/)
    expectNoSecretIn(problem)
  })

  it.each(['client_id', 'username', 'password'])('is refused when it lacks "%s"', (key) => {
    expect(problemOf(decode(without(key)))).toBe(`the login: "${key}" is missing`)
  })

  it('is refused when it lacks the refresh token that its grant type takes', () => {
    expect(problemOf(decode({ ...least, grant_type: 'refresh_token' }))).toBe('the login: "refresh_token" is missing')
  })

  it.each(['client_id', 'client_secret', 'username', 'userName', 'password', 'refresh_token', 'tenant'])(
    'is refused when "%s" is empty',
    (key) => {
      expect(problemOf(decode({ ...least, [key]: '' }))).toBe(`the login: "${key}" must not be empty`)
    },
  )

  it.each([
    ['a blank before it', ` ${secrets.password}`],
    ['a blank after it', `${secrets.password} `],
    ['a line end', `${secrets.password}\n`],
    ['a tab', `\t${secrets.password}`],
    ['a no-break space', `${secrets.password}\u00a0`],
    ['nothing but blanks', '   '],
  ])('is refused when the password has %s', (_, password) => {
    const problem = problemOf(decode({ ...ibm, password }))
    expect(problem).toMatch(/^the login: "password" must not begin or end with a blank/)
    expectNoSecretIn(problem)
  })

  it.each(['client_id', 'username', 'userName'])('is refused when "%s" is nothing but blanks', (key) => {
    for (const blank of [' ', ' \n\t ', '\u00a0']) {
      expect(problemOf(decode({ ...least, [key]: blank }))).toBe(`the login: "${key}" must not be empty`)
    }
  })

  it('is refused when it tells the expiry of a client secret that it does not bring', () => {
    expect(problemOf(decode({ ...least, client_secret_expires_at: '2027-01-31T00:00:00Z' }))).toBe(
      'the login: "client_secret_expires_at" is given without "client_secret": give both or neither',
    )
  })

  it('is refused when it brings a client secret of a client that has none', () => {
    const problem = problemOf(
      decode({ ...least, client_secret: secrets.client_secret, token_endpoint_auth_method: 'none' }),
    )
    expect(problem).toBe(
      'the login: "client_secret" is given, but "token_endpoint_auth_method" is "none": keep one of them',
    )
    expectNoSecretIn(problem)
  })

  const endpoint = 'https://idp.example.com/token'
  const wrong: readonly (readonly [string, object, string])[] = [
    ['both tenant and endpoint', { tenant: 'contoso.com', token_endpoint: endpoint }, '"tenant" and "token_endpoint"'],
    ['both cloud and endpoint', { cloud: 'china', token_endpoint: endpoint }, '"cloud" and "token_endpoint"'],
    ['both spellings of the user name', { userName: 'anna@example.com' }, '"username" and "userName"'],
    ['an unknown mode', { mode: 'always' }, '"mode" must be fresh or keep-alive'],
    ['a mode in other letters', { mode: 'Fresh' }, '"mode" must be fresh or keep-alive'],
    ['an unknown publish', { publish: 'all' }, '"publish" must be access_token or connection_values'],
    [
      'a grant type of another flow',
      { grant_type: 'client_credentials' },
      '"grant_type" must be password, authorization_code, ',
    ],
    ['an unknown cloud', { cloud: 'germany' }, '"cloud" must be global, us-government or china'],
    [
      'an unknown authentication',
      { token_endpoint_auth_method: 'private_key_jwt' },
      '"token_endpoint_auth_method" must',
    ],
    ['an unknown rotation', { rotation: 'never' }, '"rotation" must be reusable or single-use'],
    ['another schema', { schema: 2 }, '"schema" must be 1'],
    ['another schema that is a string', { schema: '2' }, '"schema" must be 1'],
    [
      'an http endpoint',
      { token_endpoint: 'http://idp.example.com/token' },
      '"token_endpoint" must start with https://',
    ],
    ['no URL as endpoint', { token_endpoint: 'idp' }, '"token_endpoint" must be a URL'],
    ['a file as endpoint', { token_endpoint: 'file:///etc/hosts' }, '"token_endpoint" must start with https://'],
    ['the tenant common', { tenant: 'common' }, '"tenant" cannot be "common"'],
    ['the tenant consumers', { tenant: 'consumers' }, '"tenant" cannot be "consumers"'],
    ['a tenant that is a path', { tenant: '../../evil.com/' }, '"tenant" must be a tenant id'],
    ['a time that is a number', { client_secret_expires_at: 1 }, '"client_secret_expires_at" must be an ISO 8601 time'],
    [
      'a time that is none',
      { client_secret_expires_at: 'soon' },
      '"client_secret_expires_at" must be an ISO 8601 time',
    ],
    ['a day that does not exist', { client_secret_expires_at: '2027-13-01' }, '"client_secret_expires_at" must be an'],
    [
      'a time without its zone',
      { client_secret_expires_at: '2027-01-31T00:00:00' },
      '"client_secret_expires_at" must be',
    ],
    ['a year alone', { client_secret_expires_at: '2027' }, '"client_secret_expires_at" must be an ISO 8601 time'],
    ['blanks around an endpoint', { token_endpoint: ` ${endpoint} ` }, '"token_endpoint" must be a URL'],
    ['a scope that is a list', { scope: ['Mail.Read'] }, '"scope" must be a string'],
    ['a tenant that is null', { tenant: null }, '"tenant" must be a string'],
  ]

  it.each(wrong)('is refused for %s', (_, change, part) => {
    const problem = problemOf(decode({ ...least, client_secret: secrets.client_secret, ...change }))
    expect(problem).toMatch(/^the login: "/)
    expect(problem).toContain(part)
    expectNoSecretIn(problem)
  })

  it.each(Object.entries(secrets))('is refused when its %s stands in the place of a key, without that', (_, secret) => {
    const problem = problemOf(decode({ ...least, [secret]: 'password' }))
    expect(problem).toMatch(/^the login: key \d of \d is not a known key$/)
    expectNoSecretIn(problem)
  })

  it.each(['client_id', 'client_secret', 'username', 'password', 'refresh_token'])(
    'is refused when "%s" is no string, without its value',
    (key) => {
      for (const value of [1234567, true, null, [secrets.password], { value: secrets.password }]) {
        const problem = problemOf(decode({ ...ibm, userName: undefined, ...least, [key]: value }))
        expect(problem).toBe(`the login: "${key}" must be a string`)
      }
    },
  )

  it('is refused for a password in the URL of its endpoint, without that password', () => {
    const token_endpoint = `https://anna:${secrets.password}@idp.example.com/token`
    const problem = problemOf(decode({ ...least, token_endpoint }))
    expect(problem).toBe('the login: "token_endpoint" must not contain a user name or password')
  })

  it('names all problems of its fields at once', () => {
    const problem = problemOf(decode({ ...least, client_id: '', mode: 'x', publish: 'y', extra: secrets.password }))
    for (const key of ['client_id', 'mode', 'publish']) expect(problem).toContain(`"${key}"`)
    expect(problem).toContain('is not a known key')
    expectNoSecretIn(problem)
  })
})

describe('a password', () => {
  const elsewhere = { token_endpoint: 'https://idp.example.com/token' }

  it.each([` ${secrets.password}`, `${secrets.password} `, `\u00a0${secrets.password}`])(
    'may begin or end with a blank at a provider other than Microsoft, and is kept to the letter',
    (password) => {
      expect(bare(accepted({ ...elsewhere, password }).grant)).toMatchObject({ password })
      expect(decode({ ...least, password }).ok).toBe(false)
    },
  )

  it.each([
    ['a line end after it', `${secrets.password}\n`],
    ['a line end of Windows after it', `${secrets.password}\r\n`],
    ['a line end in it', `${secrets.password}\n${secrets.password}`],
    ['a tab', `${secrets.password}\t${secrets.password}`],
    ['a NUL', `${secrets.password}\0`],
    ['an escape', `\u001b[A${secrets.password}`],
    ['a control character beyond ASCII', `${secrets.password}\u0085${secrets.password}`],
  ])('with %s is refused wherever it goes, before it is sent', (_, password) => {
    const problem = problemOf(decode({ ...least, ...elsewhere, password }))
    expect(problem).toMatch(/^the login: "password" must not contain a control character/)
    expectNoSecretIn(problem)
    expect(decode({ ...least, password }).ok).toBe(false)
  })
})

describe('a secret that was pasted', () => {
  const outer = [
    ['a line end', '', '\n'],
    ['a line end of Windows', '', '\r\n'],
    ['blanks on both sides', '  ', ' '],
    ['a tab', '\t', ''],
    ['a no-break space', '\u00a0', ''],
  ] as const

  it.each(outer)('as client secret with %s is taken without', (_, before, after) => {
    const login = accepted({ client_secret: `${before}${secrets.client_secret}${after}` })
    expect(bare(login.client_secret)).toBe(secrets.client_secret)
  })

  it.each(outer)('as refresh token with %s is taken without', (_, before, after) => {
    const refresh_token = `${before}${secrets.refresh_token}${after}`
    const login = accepted({ grant_type: 'refresh_token', refresh_token })
    expect(bare(login.grant)).toMatchObject({ refresh_token: secrets.refresh_token })
  })

  it.each(['client_secret', 'refresh_token'])('as "%s" is refused when nothing is left of it', (key) => {
    expect(problemOf(decode({ ...least, [key]: ' \n' }))).toBe(`the login: "${key}" must not be empty`)
  })
})

describe('where accounts of every kind sign in', () => {
  const token = { grant_type: 'refresh_token', refresh_token: secrets.refresh_token }

  it.each(['common', 'consumers'])('(%s) a password is refused and every other grant is not', (tenant) => {
    const token_endpoint = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`
    const expected = `cannot be "${tenant}": Microsoft refuses the password grant there`
    expect(problemOf(decode({ ...least, tenant }))).toContain(`the login: "tenant" ${expected}`)
    expect(problemOf(decode({ ...least, token_endpoint }))).toContain(
      `the login: "token_endpoint" names a tenant that ${expected}`,
    )
    expect(accepted({ ...token, tenant }).token_endpoint).toBe(token_endpoint)
    expect(accepted({ ...token, token_endpoint }).token_endpoint).toBe(token_endpoint)
    const device = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: made('device-code') }
    expect(accepted({ ...device, tenant }).token_endpoint).toBe(token_endpoint)
  })
})

describe('the key/value form of the AWS console', () => {
  it('is taken: every value is a string, and a row may have been left empty', () => {
    const plain = decodedValue(decode(ibm))
    expect(bare(decodedValue(decode({ ...ibm, schema: '1', '': '' })))).toEqual(bare(plain))
    expect(bare(decodedValue(decode({ ...ibm, ' ': '' })))).toEqual(bare(plain))
  })

  it('has its numbers in strings', () => {
    const typed = accepted({ inactivity_days: '60', grant_ends_after_days: '7' })
    expect(typed).toMatchObject({ inactivity_days: 60, grant_ends_after_days: 7 })
    for (const days of ['', 'seven', '-1', '0x7', ' ']) {
      expect(problemOf(decode({ ...least, inactivity_days: days }))).toContain('"inactivity_days" must be')
    }
  })

  it('does not hide a value that was typed without its key', () => {
    const problem = problemOf(decode({ ...ibm, '': secrets.password }))
    expect(problem).toMatch(/^the login: key (\d) of \1 is not a known key$/)
  })
})

describe('how a connection is kept and what is published', () => {
  const before = { mode: 'keep-alive', publish: 'connection_values' } as const

  it('is what the login says', () => {
    const login = accepted({ mode: 'fresh', publish: 'access_token' })
    expect(settleLogin(login, before)).toMatchObject({ mode: 'fresh', publish: 'access_token' })
  })

  it('is what it was where the login says nothing, each by itself', () => {
    expect(settleLogin(accepted({}), before)).toMatchObject(before)
    expect(settleLogin(accepted({ mode: 'fresh' }), before)).toMatchObject({ ...before, mode: 'fresh' })
  })

  it('is a fresh access token where there was nothing before', () => {
    expect(settleLogin(accepted({}), undefined)).toMatchObject({ mode: 'fresh', publish: 'access_token' })
  })
})
