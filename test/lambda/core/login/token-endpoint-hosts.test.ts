// Which endpoints the deployment lets credentials be sent to.

import { describe, expect, it } from 'vitest'
import { defaultTokenEndpointHosts } from '../../../../lambda/contract.ts'
import { hostNotAllowed } from '../../../../lambda/core/failures/host-not-allowed.ts'
import { clouds } from '../../../../lambda/core/login/authority.ts'
import { hostOf, isAllowedEndpoint } from '../../../../lambda/core/login/token-endpoint-hosts.ts'

const allowed = {
  tokenEndpointHosts: ['login.microsoftonline.com', 'idp.example.com:8443'],
  allowLoopbackHttp: false,
}

it('every cloud of Microsoft is allowed by default', () => {
  for (const host of Object.values(clouds)) expect(defaultTokenEndpointHosts).toContain(host)
})

describe('an endpoint', () => {
  it.each([
    'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
    'https://LOGIN.microsoftonline.com/x',
    'https://login.microsoftonline.com:443/x',
    'https://idp.example.com:8443/token?a=b',
  ])('%s is allowed', (url) => {
    expect(isAllowedEndpoint(url, allowed)).toBe(true)
    expect(hostNotAllowed(url, allowed)).toBeUndefined()
  })

  it.each([
    'https://evil.example/organizations/oauth2/v2.0/token',
    'https://login.microsoftonline.com.evil.example/x',
    'https://evil-login.microsoftonline.com/x',
    'https://login.microsoftonline.com./x',
    'https://login.microsoftonline.com:8443/x',
    'https://login.microsoftonline.com@evil.example/x',
    'https://evil.example#login.microsoftonline.com',
    'https://evil.example?login.microsoftonline.com',
    'https://evil.example\\login.microsoftonline.com',
    'https://idp.example.com/token',
    'http://login.microsoftonline.com/x',
    'ftp://login.microsoftonline.com/x',
    'http://localhost:8080/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'login.microsoftonline.com',
    '',
  ])('%j is not', (url) => {
    expect(isAllowedEndpoint(url, allowed)).toBe(false)
  })

  it('on this machine is allowed where the deployment is on this machine', () => {
    const here = { ...allowed, allowLoopbackHttp: true }
    for (const url of ['http://127.0.0.1:1/x', 'http://localhost/x', 'https://[::1]:2/x']) {
      expect(isAllowedEndpoint(url, here)).toBe(true)
    }
    for (const url of ['ftp://127.0.0.1/x', 'http://127.0.0.1.evil.example/x', 'http://idp.example.com:8443/x']) {
      expect(isAllowedEndpoint(url, here)).toBe(false)
    }
  })

  it('that is not allowed is refused with its host and the setting', () => {
    expect(hostNotAllowed('https://evil.example:444/x', allowed)).toMatchObject({
      class: 'request',
      code: 'token_endpoint_host_not_allowed',
      concerns: 'client',
      remedy: expect.stringMatching(/^The setting tokenEndpointHosts does not list evil\.example:444, .*deploy again/),
    })
  })

  it('has a host as it is listed, or none', () => {
    expect(hostOf('https://IdP.example.com:443/token')).toBe('idp.example.com')
    expect(hostOf('idp.example.com')).toBeUndefined()
  })
})
