// What an answer of the provider says for certain.

import type { Asked } from '../world/token-endpoint.ts'

export const isRefusal = ({ reply }: Asked): boolean =>
  reply.kind === 'answer' &&
  reply.status >= 400 &&
  reply.status < 500 &&
  ![408, 425, 429].includes(reply.status) &&
  reply.retryAfter === undefined

export const isClientRefusal = (asked: Asked): boolean =>
  isRefusal(asked) && asked.reply.kind === 'answer' && asked.reply.status === 401

/** The refresh token that was issued has arrived. */
export const wasGranted = ({ answer, reply }: Asked): boolean =>
  answer?.issued !== undefined && reply.kind === 'answer' && reply.body.includes(answer.issued.value)
