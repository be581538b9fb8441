// What was asked for and not granted: named, and nothing else, in whichever way a provider writes its scopes.

import { describe, expect, it } from 'vitest'
import { missingScopes } from '../../../../lambda/core/tokens/missing-scope.ts'

describe('nothing is missing', () => {
  it.each([
    ['all of it was granted', 'Mail.Read Mail.Send', 'Mail.Send Mail.Read'],
    ['more was granted', 'Mail.Read', 'Mail.Read User.Read profile openid email'],
    ['nothing was asked for', '', 'Mail.Read'],
    ['the answer names none', 'Mail.Read', undefined],
    ['Entra does not repeat offline_access', 'Mail.Read offline_access openid profile', 'Mail.Read'],
    ['Entra returns short names', 'https://graph.microsoft.com/Mail.Read', 'Mail.Read'],
    ['Entra returns URLs', 'Mail.Read', 'https://graph.microsoft.com/Mail.Read'],
    ['Entra returns names of an API of the tenant', 'api://11111111-2222/Files.Read', 'Files.Read'],
    ['Entra grants what .default stands for', 'https://graph.microsoft.com/.default', 'Mail.Read Files.Read'],
    ['the case differs', 'mail.read', 'Mail.Read'],
    ['GitHub separates by commas', 'repo gist', 'repo,gist'],
    ['GitHub separates by commas and blanks', 'repo,gist', 'gist, repo'],
    ['GitHub leaves out what is included', 'user user:email read:org public_repo', 'user,admin:org,repo'],
    ['Zoho separates by commas', 'ZohoCRM.modules.ALL,ZohoCRM.users.READ', 'ZohoCRM.users.READ,ZohoCRM.modules.ALL'],
    ['Google has a scope that is a host', 'https://mail.google.com/', 'https://mail.google.com/'],
    ['Google writes OpenID scopes as URLs', 'openid email', 'https://www.googleapis.com/auth/userinfo.email openid'],
    ['Salesforce does not repeat refresh_token', 'api refresh_token', 'api'],
  ])('where %s', (_, asked, granted) => {
    expect(missingScopes(asked, granted)).toEqual([])
  })
})

describe('what is missing is named as it was asked for', () => {
  it.each([
    ['Mail.Read Mail.Send offline_access', 'Mail.Read', ['Mail.Send']],
    ['Mail.Read', 'openid', ['Mail.Read']],
    ['https://graph.microsoft.com/Mail.Send', 'Mail.Read', ['https://graph.microsoft.com/Mail.Send']],
    ['chat:write,users:read', 'chat:write', ['users:read']],
    ['admin:org', 'read:org', ['admin:org']],
    ['user:email', 'repo', ['user:email']],
  ])('of %j with %j: %j', (asked, granted, missing) => {
    expect(missingScopes(asked, granted)).toEqual(missing)
  })
})
