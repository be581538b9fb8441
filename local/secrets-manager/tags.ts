// The rules for tags.

import { invalidParameter } from './errors.ts'
import type { Input } from './input.ts'

export type Tags = ReadonlyMap<string, string>

const maximumTags = 50
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export const readTags = (input: Input): Tags | undefined => {
  const entries = input.objects('Tags')?.map((tag) => [readKey(tag), readTagValue(tag)] as const)
  if (!entries) return undefined
  const tags = new Map(entries)
  if (tags.size < entries.length) throw invalidParameter('Tag keys must be unique: the request has a key twice.')
  checkTagCount(tags)
  return tags
}

export const checkTagCount = (tags: Tags): void => {
  if (tags.size > maximumTags) throw invalidParameter(`A secret can have at most ${maximumTags} tags.`)
}

const readKey = (tag: Input): string => {
  const key = tag.required('Key', { minimum: 1, maximum: 128 })
  if (/^aws:/i.test(key)) throw invalidParameter('aws: prefixed tag key names are not allowed for external use.')
  if (!allowed.test(key)) throw invalidParameter('The tag key contains a character that is not allowed.')
  return key
}

const readTagValue = (tag: Input): string => {
  const value = tag.string('Value', { maximum: 256 }) ?? ''
  if (!allowed.test(value)) throw invalidParameter('The tag value contains a character that is not allowed.')
  return value
}
