// Names and ARNs of secrets: what is valid, and which secret a SecretId means.

import { validation } from './errors.ts'
import type { Input } from './input.ts'

export interface Place {
  readonly region: string
  readonly accountId: string
}

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const arnWithoutSuffix = ({ region, accountId }: Place, name: string): string =>
  `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`

export const newArn = (place: Place, name: string, random: () => number): string => {
  const suffix = Array.from({ length: 6 }, () => suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length)))
  return `${arnWithoutSuffix(place, name)}-${suffix.join('')}`
}

const invalidName = () =>
  validation('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!')

export const readNewName = (input: Input): string => {
  const name = input.required('Name', { minimum: 1, maximum: 512 })
  if (!/^[A-Za-z0-9/_+=.@-]+$/.test(name)) throw invalidName()
  return name
}

export type SecretId =
  | { readonly kind: 'name'; readonly name: string; readonly given: string }
  | { readonly kind: 'arn'; readonly arn: string; readonly given: string }

/**
 * A SecretId is a name, a complete ARN, or an ARN without the hyphen and six characters at its end. A text that ends in a
 * hyphen and six characters is taken for complete, which is why names should not end that way.
 */
export const parseSecretId = (place: Place, given: string): SecretId => {
  const arn = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d+:secret:([A-Za-z0-9/_+=.@!-]+)$/.exec(given)
  if (!arn) {
    if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(given)) throw invalidName()
    return { kind: 'name', name: given, given }
  }
  const name = arn[1] ?? ''
  const partial = !/-[A-Za-z0-9]{6}$/.test(name) && given === arnWithoutSuffix(place, name)
  return partial ? { kind: 'name', name, given } : { kind: 'arn', arn: given, given }
}

export const readSecretId = (place: Place, input: Input): SecretId =>
  parseSecretId(place, input.required('SecretId', { minimum: 1, maximum: 2048 }))
