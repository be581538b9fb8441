// Which tenants, clouds and token endpoints are accepted, and what is assumed of the provider there.

import { describe, expect, it } from 'vitest'
import {
  type Cloud,
  clouds,
  entraTokenEndpoint,
  isMicrosoft,
  parseTokenEndpoint,
  passwordTenantProblem,
  providerOf,
  tenantProblem,
} from '../../../../lambda/core/login/authority.ts'
import { decodedValue, problemOf } from '../../../support/core-samples.ts'

describe('a tenant', () => {
  it.each([
    'organizations',
    'common',
    'consumers',
    '72f988bf-0000-4000-8000-2d7cd011db47',
    '72F988BF-0000-4000-8000-2D7CD011DB47',
    'contoso.com',
    'Contoso.OnMicrosoft.com',
    'mail.eu.contoso.co.uk',
    'a-b.de',
    `${'a'.repeat(63)}.com`,
    'xn--bcher-kva.example',
    'xn--e1afmkfd.xn--p1ai',
    'contoso.XN--P1AI',
  ])('may be %s', (tenant) => {
    expect(tenantProblem(tenant)).toBeUndefined()
  })

  it.each([
    '',
    ' ',
    'contoso',
    'contoso.',
    '.com',
    'a..com',
    '-a.com',
    'a-.com',
    'contoso.com/',
    'contoso.com/../x',
    'contoso.com?x=1',
    'contoso.com#x',
    'contoso.com@evil.example',
    'https://contoso.com',
    'anna@contoso.com',
    'contoso.com\n',
    'a b.com',
    'contoso.c',
    'contoso.123',
    'contoso.xn--',
    'contoso.xn-p1ai',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(126)}com`,
    '72f988bf-0000-4000-8000-2d7cd011db4',
    '72f988bf-0000-4000-8000-2d7cd011db477',
    '{72f988bf-0000-4000-8000-2d7cd011db47}',
    '72f988bf00004000800 2d7cd011db47',
    'undefined',
    'Organizations',
  ])('may not be %j', (tenant) => {
    expect(tenantProblem(tenant)).toBe('must be a tenant id (GUID), a domain, or "organizations"')
  })

  it('may be a domain of 253 letters and no longer', () => {
    const domain = (length: number) => `${'a.'.repeat((length - 3) / 2)}com`
    expect(tenantProblem(domain(253))).toBeUndefined()
    expect(tenantProblem(`a${domain(253)}`)).toBeDefined()
  })
})

describe('a token endpoint at Microsoft', () => {
  const endpoints: readonly (readonly [Cloud, string])[] = [
    ['global', 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token'],
    ['us-government', 'https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token'],
    ['china', 'https://login.partner.microsoftonline.cn/contoso.com/oauth2/v2.0/token'],
  ]

  it.each(endpoints)('is known by name in the cloud %s', (cloud, endpoint) => {
    expect(entraTokenEndpoint('contoso.com', cloud)).toBe(endpoint)
    expect(parseTokenEndpoint(endpoint, false)).toEqual({ ok: true, value: endpoint })
  })

  it('is known in every cloud that has a name', () => {
    expect(endpoints.map(([cloud]) => cloud)).toEqual(Object.keys(clouds))
  })

  it.each(['contoso', 'Common', ''])('is refused when it names the tenant %j', (tenant) => {
    for (const host of Object.values(clouds)) {
      const problem = problemOf(parseTokenEndpoint(`https://${host}/${tenant}/oauth2/v2.0/token`, false))
      expect(problem).toMatch(/^names a tenant that must be a tenant id/)
    }
  })

  it('is refused when it is the bare host', () => {
    expect(problemOf(parseTokenEndpoint('https://login.microsoftonline.com', false))).toContain('names a tenant that')
  })
})

describe('a password', () => {
  it.each(['common', 'consumers'])(
    'is not sent to the tenant %s of Microsoft, and the reason is reported',
    (tenant) => {
      const told = `cannot be "${tenant}": Microsoft refuses the password grant there; use the tenant's id, its domain, or "organizations"`
      for (const cloud of ['global', 'us-government', 'china'] as const) {
        expect(passwordTenantProblem(entraTokenEndpoint(tenant, cloud))).toBe(told)
      }
      expect(passwordTenantProblem(`http://127.0.0.1:9/${tenant}/oauth2/v2.0/token`)).toBe(told)
    },
  )

  it.each([
    entraTokenEndpoint('organizations', 'global'),
    entraTokenEndpoint('contoso.com', 'global'),
    'https://idp.example.com/common/oauth2/v2.0/token',
    'https://idp.example.com/consumers',
  ])('may be sent to %s', (endpoint) => {
    expect(passwordTenantProblem(endpoint)).toBeUndefined()
  })
})

describe('a token endpoint anywhere', () => {
  it.each([
    'https://idp.example.com/token',
    'https://idp.example.com:8443/oauth2/token?realm=a',
    'https://localhost/token',
    'https://idp.example.com/common/token',
  ])('may be %s', (text) => {
    expect(parseTokenEndpoint(text, false)).toEqual({ ok: true, value: text })
  })

  it.each([
    ['HTTPS://IDP.EXAMPLE.COM/token', 'https://idp.example.com/token'],
    ['https://idp.example.com:443/a/../token', 'https://idp.example.com/token'],
    ['https://idp.example.com', 'https://idp.example.com/'],
    ['https://bücher.example/token', 'https://xn--bcher-kva.example/token'],
    [
      'https://idp.example.com/to\nken\u001b[31m\u202e?a=\u009b',
      'https://idp.example.com/token%1B[31m%E2%80%AE?a=%C2%9B',
    ],
    ['https://idp.example.com\\token', 'https://idp.example.com/token'],
  ])('written as %j is stored as %s', (text, stored) => {
    expect(parseTokenEndpoint(text, false)).toEqual({ ok: true, value: stored })
  })

  it.each(['http://localhost:8080/token', 'http://127.0.0.1/token', 'http://[::1]:8080/token'])(
    'may be %s only where http on a loopback host is allowed',
    (text) => {
      expect(decodedValue(parseTokenEndpoint(text, true))).toBe(text)
      expect(problemOf(parseTokenEndpoint(text, false))).toMatch(/^must start with https:\/\//)
    },
  )

  it.each([
    'http://idp.example.com/token',
    'http://localhost.example.com/token',
    'http://127.0.0.1.example.com/token',
    'http://10.0.0.1/token',
    'http://0.0.0.0/token',
    'http://169.254.169.254/token',
    'http://[::]/token',
    'ftp://localhost/token',
    'ws://127.0.0.1/token',
    'file:///token',
    'javascript:alert(1)',
  ])('may never be %s', (text) => {
    for (const allowLoopbackHttp of [true, false]) {
      expect(problemOf(parseTokenEndpoint(text, allowLoopbackHttp))).toMatch(/^must start with https:\/\//)
    }
  })

  it.each([
    ['', 'must be a URL'],
    ['idp.example.com/token', 'must be a URL'],
    ['/oauth2/token', 'must be a URL'],
    ['https://', 'must be a URL'],
    [' https://idp.example.com/token', 'must be a URL'],
    ['https://idp.example.com/token\n', 'must be a URL'],
    ['\thttps://idp.example.com/token ', 'must be a URL'],
    ['https://anna@idp.example.com/token', 'must not contain a user name or password'],
    ['https://:word@idp.example.com/token', 'must not contain a user name or password'],
    ['https://idp.example.com/token#top', 'must not have a fragment'],
  ])('may not be %j, which %s', (text, part) => {
    expect(problemOf(parseTokenEndpoint(text, true))).toContain(part)
  })

  it('has its tenant checked on this machine too where it has the path of Entra', () => {
    const path = 'oauth2/v2.0/token'
    expect(parseTokenEndpoint(`http://127.0.0.1:9/organizations/${path}`, true).ok).toBe(true)
    expect(problemOf(parseTokenEndpoint(`http://127.0.0.1:9/contoso/${path}`, true))).toContain('a tenant that must be')
  })
})

describe('the provider at an endpoint', () => {
  it.each([
    ...Object.values(clouds).map((host) => `https://${host}/contoso.com/oauth2/v2.0/token`),
    'https://login.windows.net/contoso.com/oauth2/v2.0/token',
    'https://LOGIN.microsoftonline.com/contoso.com/oauth2/v2.0/token',
    'http://127.0.0.1:9/organizations/oauth2/v2.0/token',
    'http://[::1]:9/organizations/oauth2/v2.0/token',
  ])('is Entra, whose refresh tokens stay valid after use, at %s', (endpoint) => {
    expect(providerOf(endpoint)).toEqual({ name: 'entra', rotation: 'reusable', inactivity_days: 90 })
  })

  it.each([
    'https://idp.example.com/token',
    'https://login.microsoftonline.com.example.com/contoso.com/oauth2/v2.0/token',
    'https://example.com/login.microsoftonline.com/oauth2/v2.0/token',
    'https://idp.example.com/organizations/oauth2/v2.0/token',
    'http://127.0.0.1:9/token',
    'http://127.0.0.1:9/realms/one/oauth2/v2.0/token',
    'http://127.0.0.1:9/oauth2/v2.0/token',
    'http://127.0.0.1:9/organizations/oauth2/v2.0/token/more',
  ])('is one of which nothing is known, so its refresh tokens are single-use, at %s', (endpoint) => {
    expect(providerOf(endpoint)).toEqual({ name: 'generic', rotation: 'single-use', inactivity_days: 90 })
  })
})

describe('one of Microsoft’s own hosts', () => {
  it.each([
    ...Object.values(clouds).map((host) => `https://${host}/contoso.com/oauth2/v2.0/token`),
    'https://login.windows.net/contoso.com/oauth2/v2.0/token',
    'https://LOGIN.microsoftonline.com/x',
  ])('is at %s', (endpoint) => {
    expect(isMicrosoft(endpoint)).toBe(true)
  })

  it.each([
    'https://idp.example.com/token',
    'https://login.microsoftonline.com.example.com/contoso.com/oauth2/v2.0/token',
    'https://example.com/login.microsoftonline.com/oauth2/v2.0/token',
    'http://127.0.0.1:9/organizations/oauth2/v2.0/token',
  ])('is not at %s', (endpoint) => {
    expect(isMicrosoft(endpoint)).toBe(false)
  })
})
