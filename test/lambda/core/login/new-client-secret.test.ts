// A client secret that is handed over for a client that is known already.

import { expect, it } from 'vitest'
import { decodeNewClientSecret } from '../../../../lambda/core/login/new-client-secret.ts'
import { bare, decodedValue, made, problemOf, stored } from '../../../support/core-samples.ts'

const client_secret = made('client-secret')
const offered = { client_id: 'sample-client', client_secret }
const decode = (change: object = {}) => decodeNewClientSecret(stored({ ...offered, ...change }), 'sample-client')

it.each([`${client_secret}\n`, ` ${client_secret} `, `${client_secret}\r\n`])(
  'is taken without the blanks and line ends around it',
  (given) => {
    expect(bare(decodedValue(decode({ client_secret: given })).secret)).toEqual({ value: client_secret })
  },
)

it('may come in the key/value form of the AWS console', () => {
  expect(bare(decodedValue(decode({ schema: '1', '': '' })).secret)).toEqual({ value: client_secret })
})

it('may name the token endpoint that the person was shown', () => {
  const token_endpoint = 'https://idp.example.com/token'
  expect(decodedValue(decode({ token_endpoint })).tokenEndpoint).toBe(token_endpoint)
  expect(decodedValue(decode()).tokenEndpoint).toBeUndefined()
})

it.each([
  ['nothing but blanks', { client_secret: ' \n' }, '"client_secret" must not be empty'],
  ['the secret of another client', { client_id: 'another' }, '"client_id" is not sample-client'],
  ['another schema', { schema: '2' }, '"schema" must be 1'],
  ['a value without its key', { '': client_secret }, 'key 3 of 3 is not a known key'],
])('is refused as %s, without its value', (_, change, part) => {
  const problem = problemOf(decode(change))
  expect(problem).toContain(part)
  expect(problem).not.toContain(client_secret)
})
