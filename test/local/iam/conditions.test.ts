// Wildcards and conditions, each on both sides of its limit.

import { describe, expect, test } from 'vitest'
import { holds, readCondition } from '../../../local/iam/conditions.ts'
import { matches, matchesArn } from '../../../local/iam/wildcards.ts'
import type { Context } from '../../../local/secrets-manager/access.ts'

describe('a wildcard', () => {
  test.each([
    ['kms:*', 'kms:Decrypt', true],
    ['kms:Get*', 'kms:GenerateDataKey', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['(a)', '(a)', true],
    ['*', '', true],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test.each([
    ['*', 'arn:aws:s3:::bucket', true],
    ['arn:aws:secretsmanager:*:1:secret:p/grants/*', 'arn:aws:secretsmanager:eu-central-1:1:secret:p/grants/a/b', true],
    ['arn:aws:secretsmanager:*:1:secret:p/grants/*', 'arn:aws:secretsmanager:eu-central-1:1:secret:p/logins/a', false],
    ['arn:aws:*:key/a', 'arn:aws:kms:eu-central-1:1:key/a', false],
    ['arn:aws:logs:eu:1:log-group:x:*', 'arn:aws:logs:eu:1:log-group:x:log-stream:y', true],
  ])('in the ARN %s and %s: %s', (pattern, arn, expected) => {
    expect(matchesArn(pattern, arn)).toBe(expected)
  })
})

const one: Context = { 'aws:PrincipalArn': 'arn:aws:iam::1:role/a', colour: 'Blue' }
const several: Context = { tags: ['x', 'y'] }

describe('a condition', () => {
  test.each<[string, string, readonly string[], Context, boolean]>([
    ['StringEquals', 'colour', ['Red', 'Blue'], one, true],
    ['StringEquals', 'COLOUR', ['Blue'], one, true],
    ['StringEquals', 'colour', ['blue'], one, false],
    ['StringEqualsIgnoreCase', 'colour', ['blue'], one, true],
    ['StringEquals', 'absent', ['Blue'], one, false],
    ['StringEqualsIfExists', 'absent', ['Blue'], one, true],
    ['StringEqualsIfExists', 'colour', ['Red'], one, false],
    ['StringNotEquals', 'colour', ['Red', 'Blue'], one, false],
    ['StringNotEquals', 'colour', ['Red'], one, true],
    ['StringNotEquals', 'absent', ['Red'], one, true],
    ['StringLike', 'colour', ['B*'], one, true],
    ['StringNotLike', 'colour', ['B*'], one, false],
    ['ArnEquals', 'aws:principalarn', ['arn:aws:iam::1:role/a'], one, true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:role/*'], one, true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::1:user/*'], one, false],
    ['ArnNotEquals', 'aws:PrincipalArn', ['arn:aws:iam::1:role/b'], one, true],
    ['Bool', 'secure', ['true'], { secure: 'TRUE' }, true],
    ['Bool', 'secure', ['true'], { secure: 'false' }, false],
    ['NumericLessThanEquals', 'seconds', ['300'], { seconds: '300' }, true],
    ['NumericLessThanEquals', 'seconds', ['300'], { seconds: '301' }, false],
    ['NumericLessThanEquals', 'seconds', ['300'], { seconds: '60' }, true],
    ['NumericLessThanEquals', 'seconds', ['300'], { seconds: 'many' }, false],
    ['NumericLessThanEquals', 'seconds', ['300'], one, false],
    ['NumericLessThanEqualsIfExists', 'seconds', ['300'], one, true],
    ['Null', 'absent', ['true'], one, true],
    ['Null', 'colour', ['true'], one, false],
    ['Null', 'colour', ['false'], one, true],
    ['ForAnyValue:StringEquals', 'tags', ['y', 'z'], several, true],
    ['ForAnyValue:StringEquals', 'tags', ['z'], several, false],
    ['ForAnyValue:StringEquals', 'absent', ['z'], several, false],
    ['ForAllValues:StringEquals', 'tags', ['x', 'y', 'z'], several, true],
    ['ForAllValues:StringEquals', 'tags', ['x'], several, false],
    ['ForAllValues:StringEquals', 'absent', ['x'], several, true],
    ['ForAllValues:StringNotEquals', 'tags', ['z'], several, true],
    ['ForAnyValue:StringNotEquals', 'tags', ['x'], several, true],
    ['ForAllValues:StringLike', 'colour', ['B*'], one, true],
  ])('%s on %s of %j in %j: %s', (operator, key, values, context, expected) => {
    expect(holds(readCondition(operator, key, values), context)).toBe(expected)
  })

  test.each(['NumericEquals', 'IpAddress', 'ForSomeValues:StringEquals', 'NullIfExists', 'DateLessThan', ''])(
    'with the operator "%s" is refused, and names it',
    (operator) => {
      expect(() => readCondition(operator, 'key', ['x'])).toThrow(`the condition operator ${operator} is not known`)
    },
  )

  test('with a policy variable is refused', () => {
    expect(() => readCondition('StringEquals', 'key', ['$' + '{aws:username}'])).toThrow('policy variable')
  })

  test('that takes several values for one is refused', () => {
    expect(() => holds(readCondition('StringEquals', 'tags', ['x']), several)).toThrow('tags has several values')
  })
})
