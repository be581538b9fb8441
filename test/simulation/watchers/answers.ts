// What an answer of the provider says for certain.

import { errorWordOf } from '../../../lambda/core/failures/error-word.ts'
import type { Asked } from '../world/token-endpoint.ts'

/** Request timeout, too early, too many requests: the provider has not judged what was sent. */
const notJudged: readonly number[] = [408, 425, 429]

/** An answer that ends a password, regardless of what else it says: the provider has judged it. */
export const isDefinite = ({ reply }: Asked): boolean =>
  reply.kind === 'answer' && reply.status < 500 && !notJudged.includes(reply.status)

/** The provider refuses for good, and does not say when it can be asked again. */
export const isRefusal = (asked: Asked): boolean =>
  asked.reply.kind === 'answer' &&
  asked.reply.retryAfter === undefined &&
  !isRedirect(asked.reply.status) &&
  refuses(asked)

/** The provider refuses, or sends the request elsewhere; it may say when it can be asked again. */
export const refuses = (asked: Asked): boolean => {
  const { reply } = asked
  if (reply.kind !== 'answer') return false
  if (isRedirect(reply.status)) return true
  if (reply.status < 300) return !wasGranted(asked) && wordOf(reply.body) !== undefined
  return reply.status >= 400 && isDefinite(asked)
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400

const wordOf = (body: string): string | undefined => {
  try {
    return errorWordOf(JSON.parse(body))
  } catch {
    return undefined
  }
}

export const isClientRefusal = (asked: Asked): boolean =>
  refuses(asked) && asked.reply.kind === 'answer' && asked.reply.status === 401

/** The refresh token that was issued has arrived. */
export const wasGranted = ({ answer, reply }: Asked): boolean =>
  answer?.issued !== undefined && reply.kind === 'answer' && reply.body.includes(answer.issued.value)
