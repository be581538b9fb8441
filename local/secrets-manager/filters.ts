// The search filters of ListSecrets and BatchGetSecretValue.

import { constraint, invalidParameter } from './errors.ts'
import type { Input } from './input.ts'
import type { Secret } from './model.ts'

const keys = ['name', 'description', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'] as const

export interface Filter {
  readonly key: (typeof keys)[number]
  /** One of them has to match. A value that begins with an exclamation mark matches all other texts. */
  readonly values: readonly string[]
}

export const readFilters = (input: Input): readonly Filter[] | undefined =>
  input.objects('Filters', { maximum: 10 })?.map((filter, index) => {
    const given = filter.string('Key')
    if (given === undefined) throw invalidParameter('Invalid filter key')
    const key = keys.find((candidate) => candidate === given)
    if (!key) {
      const rule = 'must satisfy enum value set: [all, name, tag-key, description, tag-value]'
      throw constraint(` '${given}'`, `filters.${index + 1}.member.key`, rule)
    }
    const values = filter.strings('Values', { minimum: 1, maximum: 10 }, { maximum: 512 })
    if (!values?.every((value) => /^!?[a-zA-Z0-9 :_@/+=.\-!]*$/.test(value))) {
      throw invalidParameter(`Invalid filter values for key: ${key}`)
    }
    return { key, values }
  })

/** Several filters must all match. */
export const matches = (secret: Secret, filters: readonly Filter[]): boolean =>
  filters.every(({ key, values }) =>
    values.some((value) =>
      value.startsWith('!') ? !matchesValue(secret, key, value.slice(1)) : matchesValue(secret, key, value),
    ),
  )

/** Prefixes of all names that can match. Undefined: any name can match. */
export const namePrefixes = (filters: readonly Filter[]): readonly string[] | undefined =>
  filters.find(({ key, values }) => key === 'name' && values.every((value) => !value.startsWith('!')))?.values

const matchesValue = (secret: Secret, key: Filter['key'], value: string): boolean => {
  switch (key) {
    case 'name':
      return secret.name.startsWith(value)
    case 'tag-key':
      return [...(secret.tags?.keys() ?? [])].some((tag) => tag.startsWith(value))
    case 'tag-value':
      return [...(secret.tags?.values() ?? [])].some((tag) => tag.startsWith(value))
    case 'description':
      return hasWords(secret.description ?? '', value)
    case 'all':
      return attributes(secret).some((attribute) => hasWords(attribute, value))
    case 'primary-region':
      return secret.primaryRegion?.startsWith(value) ?? false
    case 'owning-service': // only secrets that another service manages have one
      return false
  }
}

const attributes = (secret: Secret): readonly string[] => [
  secret.name,
  secret.description ?? '',
  ...(secret.tags?.keys() ?? []),
  ...(secret.tags?.values() ?? []),
]

/**
 * Every word of the value begins a word of the text, regardless of the case. The documentation calls the description filter
 * a prefix match; the service searches it by words.
 */
const hasWords = (text: string, value: string): boolean => {
  const words = wordsOf(text)
  const sought = wordsOf(value)
  return sought.length > 0 && sought.every((prefix) => words.some((word) => word.startsWith(prefix)))
}

/**
 * Words end at punctuation, where a letter is followed by a number, and before a capital that begins a word:
 * `my-SecretFTag2` is my, secret, f, tag and 2, and `COMPANYthings` is compan and ythings.
 */
const wordsOf = (text: string): readonly string[] =>
  text
    .split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
