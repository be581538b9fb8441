// TagResource and UntagResource.

import { requestTagContext } from '../access.ts'
import type { Operation } from '../call.ts'
import { constraint } from '../errors.ts'
import { checkTagCount, readTags } from '../tags.ts'

export const tagResource: Operation = (call) => {
  const added = readTags(call.input)
  if (!added) throw constraint(' null', 'tags', 'must not be null')
  const secret = call.liveSecret(requestTagContext(added))
  const tags = new Map([...(secret.tags ?? []), ...added])
  checkTagCount(tags)
  call.catalogue.put({ ...secret, tags, changedAt: call.now })
  return {}
}

export const untagResource: Operation = (call) => {
  const keys = call.input.strings('TagKeys', {}, { minimum: 1, maximum: 128 })
  if (!keys) throw constraint(' null', 'tagKeys', 'must not be null')
  const secret = call.liveSecret({ 'aws:TagKeys': keys })
  if (!secret.tags) return {}
  const tags = new Map([...secret.tags].filter(([key]) => !keys.includes(key)))
  call.catalogue.put({ ...secret, tags, changedAt: call.now })
  return {}
}
