// IAM's wildcards: `*` stands for any text, `?` for any one character.

export const matches = (pattern: string, text: string): boolean => expressionOf(pattern).test(text)

/** Policies have few patterns, and each request is compared with all of them. */
const expressions = new Map<string, RegExp>()

const expressionOf = (pattern: string): RegExp => {
  const known = expressions.get(pattern)
  if (known !== undefined) return known
  const source = [...pattern].map((character) => {
    if (character === '*') return '.*'
    return character === '?' ? '.' : character.replace(/[\\^$.|+()[\]{}]/, '\\$&')
  })
  const made = new RegExp(`^${source.join('')}$`, 's')
  expressions.set(pattern, made)
  return made
}

/** A wildcard matches only within its part of the ARN. A single `*` matches a whole ARN. */
export const matchesArn = (pattern: string, arn: string): boolean => {
  if (pattern === '*') return true
  const [wanted, found] = [partsOfArn(pattern), partsOfArn(arn)]
  return wanted.length === found.length && wanted.every((part, index) => matches(part, found[index] ?? ''))
}

/** Six parts; the last one may have colons of its own. */
const partsOfArn = (arn: string): readonly string[] => {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])]
}
