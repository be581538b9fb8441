// Reads a secret value, and the token that becomes its version id.

import { constraint, invalidParameter, invalidRequest, serialization } from './errors.ts'
import type { Input } from './input.ts'
import type { SecretValue } from './model.ts'

const maximumBytes = 65_536

export const readValue = (input: Input): SecretValue | undefined => {
  const string = input.string('SecretString', { minimum: 1, sensitive: true })
  const binary = readBinary(input)
  if (string === undefined && binary === undefined) return undefined
  if (string !== undefined && binary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.")
  }
  if (string !== undefined) checkSize('secretString', Buffer.byteLength(string))
  return { string, binary }
}

const readBinary = (input: Input): string | undefined => {
  const text = input.string('SecretBinary', { sensitive: true })
  if (text === undefined) return undefined
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw serialization('SecretBinary is not valid base64.')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0) throw constraint('', 'secretBinary', 'must have length greater than or equal to 1')
  checkSize('secretBinary', bytes.length)
  return bytes.toString('base64')
}

const checkSize = (field: string, bytes: number): void => {
  if (bytes > maximumBytes) throw constraint('', field, `must have length less than or equal to ${maximumBytes}`)
}

/** The SDKs always send one; a request without an SDK must also send one. */
export const readToken = (input: Input): string => {
  const token = readOptionalToken(input)
  if (token === undefined) throw invalidRequest(missingToken)
  return token
}

export const missingToken = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.'

export const readOptionalToken = (input: Input): string | undefined => {
  const token = input.string('ClientRequestToken')
  if (token !== undefined && (token.length < 32 || token.length > 64)) {
    throw invalidParameter('ClientRequestToken must be 32-64 characters long.')
  }
  return token
}
