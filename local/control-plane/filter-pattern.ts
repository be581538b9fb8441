// The filter patterns of CloudWatch Logs that the command sends: equations on JSON properties.

import { ServiceError } from '../secrets-manager/errors.ts'

type Matches = (message: string) => boolean

const property = /^\$\.([\w.-]+)\s*=\s*"([^"]*)"$/

/** @throws ServiceError for a pattern that is not known here */
export const filterPattern = (pattern: string): Matches => {
  if (pattern.trim() === '') return () => true
  const equations = equationsOf(pattern.trim())
  if (equations !== undefined) {
    return (message) => equations.some(({ path, value }) => String(at(message, path.split('.'))) === value)
  }
  throw new ServiceError('InvalidParameterException', `The filter pattern is not known here: ${pattern}`)
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
