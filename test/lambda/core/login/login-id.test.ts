// Which secret an event names as its login.

import { describe, expect, it } from 'vitest'
import { loginNameOf } from '../../../../lambda/core/login/login-id.ts'

const arn = (name: string, start = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:') => `${start}${name}`
const nameOf = (id: string) => loginNameOf(id, 'token-refresher')

describe('a login', () => {
  it.each([
    ['token-refresher/logins/sales-mailbox', 'sales-mailbox'],
    ['token-refresher/logins/sales-0123456789abcdef', 'sales-0123456789abcdef'],
    ['token-refresher/logins/team/anna@example.com', 'team/anna@example.com'],
    [arn('token-refresher/logins/sales-mailbox-AbC123'), 'sales-mailbox'],
    [arn('token-refresher/logins/a-bcdefg-AbC123'), 'a-bcdefg'],
    [arn('token-refresher/logins/a-AbC123', 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:'), 'a'],
  ])('%s is named by its name or its full ARN', (id, name) => {
    expect(nameOf(id)).toBe(name)
  })

  it.each([
    'sales-mailbox',
    'logins/sales-mailbox',
    'token-refresher/grants/sales-mailbox',
    'token-refresher/clients/one',
    'token-refresher/connections/sales-mailbox',
    'token-refresher/logins/',
    'token-refresher/logins',
    'token-refresher/loginsx/a',
    'other/logins/sales-mailbox',
    'x/token-refresher/logins/a',
    ' token-refresher/logins/a',
    'token-refresher/logins/a b',
    'token-refresher/logins/a\n',
    arn('token-refresher/logins/sales'),
    arn('token-refresher/grants/sales-AbC123'),
    arn('token-refresher/logins/-AbC123'),
    arn('token-refresher/logins/a-AbC12'),
    arn('token-refresher/logins/a-AbC123*'),
    arn('token-refresher/logins/a-AbC123', 'arn:aws:secretsmanager:eu-west-1:1234:secret:'),
    arn('token-refresher/logins/a-AbC123', 'arn:aws:ssm:eu-west-1:123456789012:secret:'),
    arn('token-refresher/logins/a-AbC123', 'ARN:aws:secretsmanager:eu-west-1:123456789012:secret:'),
    '',
  ])('is not %j', (id) => {
    expect(nameOf(id)).toBeUndefined()
  })
})
