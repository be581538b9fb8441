// GetRandomPassword: which characters a password may have and must have.

import { invalidParameter } from './errors.ts'

export interface PasswordRules {
  readonly length: number
  readonly exclude: string
  readonly excludeLowercase: boolean
  readonly excludeUppercase: boolean
  readonly excludeNumbers: boolean
  readonly excludePunctuation: boolean
  readonly includeSpace: boolean
  readonly requireEachType: boolean
}

const lowercase = 'abcdefghijklmnopqrstuvwxyz'
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

export const randomPassword = (rules: PasswordRules, random: () => number): string => {
  const without = (alphabet: string) => [...alphabet].filter((character) => !rules.exclude.includes(character))
  const types = [
    rules.excludeLowercase ? [] : without(lowercase),
    rules.excludeUppercase ? [] : without(lowercase.toUpperCase()),
    rules.excludeNumbers ? [] : without('0123456789'),
    rules.excludePunctuation ? [] : without(punctuation),
  ].filter((type) => type.length > 0)
  const all = [...types.flat(), ...(rules.includeSpace ? without(' ') : [])]
  if (all.length === 0) throw invalidParameter('No characters are left for the password after the exclusions.')
  if (rules.requireEachType && rules.length < types.length) {
    throw invalidParameter('Password length is too short based on the required types.')
  }
  const pick = (alphabet: readonly string[]) => alphabet[Math.floor(random() * alphabet.length)] ?? ''
  const required = rules.requireEachType ? types.map(pick) : []
  // The service documents only that a password can contain a space. Here it does if there is room.
  if (rules.requireEachType && rules.includeSpace && rules.length > required.length) required.push(pick(without(' ')))
  const rest = Array.from({ length: rules.length - required.length }, () => pick(all))
  return shuffle([...required, ...rest], random).join('')
}

const shuffle = (characters: readonly string[], random: () => number): readonly string[] =>
  characters
    .map((character) => ({ character, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ character }) => character)
