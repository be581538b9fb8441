// Where the Graph of a client is, and no other host gets its token.

import { describe, expect, it } from 'vitest'
import { atTenant, graphAddress, tenantOf } from '../../../../lambda/core/renewal/graph-address.ts'

const at = (host: string, tenant = 'organizations') => `https://${host}/${tenant}/oauth2/v2.0/token`

describe('the Graph of a client', () => {
  it.each([
    ['login.microsoftonline.com', 'graph.microsoft.com'],
    ['login.windows.net', 'graph.microsoft.com'],
    ['login.microsoftonline.us', 'graph.microsoft.us'],
    ['login.partner.microsoftonline.cn', 'microsoftgraph.chinacloudapi.cn'],
    ['login.chinacloudapi.cn', 'microsoftgraph.chinacloudapi.cn'],
  ])('at %s is %s', (host, graph) => {
    expect(graphAddress(at(host), false)).toEqual({ origin: `https://${graph}`, scope: `https://${graph}/.default` })
  })

  it.each([
    'https://login.example.com/organizations/oauth2/v2.0/token',
    'https://login.microsoftonline.com.example.com/organizations/oauth2/v2.0/token',
    'https://login.microsoftonline.com:8443/organizations/oauth2/v2.0/token',
    'http://127.0.0.1:4000/organizations/oauth2/v2.0/token',
    'https://constructor/organizations/oauth2/v2.0/token',
  ])('of %s is not known', (endpoint) => expect(graphAddress(endpoint, false)).toBeUndefined())

  it('is on this machine where that is allowed', () => {
    expect(graphAddress('http://127.0.0.1:4000/a/oauth2/v2.0/token', true)?.origin).toBe('http://127.0.0.1:4000')
  })
})

describe('the tenant of a token endpoint', () => {
  it.each([
    ['organizations', undefined],
    ['common', undefined],
    ['consumers', undefined],
    ['contoso.example', 'contoso.example'],
    ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-555555555555'],
  ])('%s names %s', (tenant, named) => expect(tenantOf(at('login.microsoftonline.com', tenant))).toBe(named))

  it('is replaced, and nothing else', () => {
    expect(atTenant(at('login.microsoftonline.com'), 'contoso.example')).toBe(
      at('login.microsoftonline.com', 'contoso.example'),
    )
    expect(atTenant(at('login.microsoftonline.com'), '../x?y#z')).toBe(
      at('login.microsoftonline.com', '..%2Fx%3Fy%23z'),
    )
  })
})
