// Filter patterns of CloudWatch Logs: terms, terms of which one is enough, and equations on JSON properties.

import { ServiceError } from '../secrets-manager/errors.ts'

type Matches = (message: string) => boolean

const property = /^\$\.([\w.-]+)\s*=\s*"([^"]*)"$/
const words = /\??(?:"[^"]+"|[^\s"{}[\]%?-][^\s"{}[\]%?]*)/g

/** @throws ServiceError for a pattern that is not known here */
export const filterPattern = (pattern: string): Matches => {
  if (pattern.trim() === '') return () => true
  const equations = equationsOf(pattern.trim())
  if (equations !== undefined) {
    return (message) => equations.some(({ path, value }) => String(at(message, path.split('.'))) === value)
  }
  const found = pattern.match(words) ?? []
  if (found.join(' ') !== pattern.trim().replaceAll(/\s+/g, ' ')) {
    throw new ServiceError('InvalidParameterException', `The filter pattern is not known here: ${pattern}`)
  }
  const terms = found.map((word) => ({ text: word.replaceAll(/^\?|"/g, ''), optional: word.startsWith('?') }))
  const needed = terms.filter(({ optional }) => !optional)
  const enough = terms.filter(({ optional }) => optional)
  return (message) =>
    needed.every(({ text }) => message.includes(text)) &&
    (enough.length === 0 || enough.some(({ text }) => message.includes(text)))
}

/** `{ $.a = "b" || $.c.d = "e" }`; undefined for anything else. */
const equationsOf = (pattern: string): readonly { readonly path: string; readonly value: string }[] | undefined => {
  const inner = /^\{(.*)\}$/s.exec(pattern)?.[1]
  const parts = inner?.split('||').map((part) => property.exec(part.trim()))
  if (parts === undefined || parts.some((part) => part === null)) return undefined
  return parts.map((part) => ({ path: part?.[1] ?? '', value: part?.[2] ?? '' }))
}

const at = (message: string, path: readonly string[]): unknown => {
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    return undefined
  }
  for (const name of path) {
    value =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
  }
  return value
}
