// Classifies an answer of Microsoft Graph as a failure.

import { classifyReply, classifyTransport, type Reply } from './classify.ts'
import type { Failure } from './failure.ts'
import { graphErrors, isCode, type Ruling, rowOf, secretFilter } from './failure-table.ts'

/** Of a throttled answer, or one of a server that has failed, the word decides nothing. */
const passing: readonly string[] = ['transient', 'throttled']

/** @param secrets what was sent, and what is stored: no word that repeats one of them becomes a code */
export const classifyGraph = (reply: Reply, secrets: readonly string[]): Failure => {
  if (reply.kind === 'no-answer') return classifyTransport(reply.code)
  const byStatus = classifyReply({ ...reply, body: '' }, 'client_credentials')
  const word = wordOf(reply.body)
  if (word === undefined || passing.includes(byStatus.class)) return byStatus
  const row = rowOf<Ruling>(graphErrors, word)
  if (row !== undefined)
    return { ...byStatus, code: word, class: row.class, concerns: row.concerns, remedy: row.remedy }
  return isCode(word) && !secretFilter(secrets)(word) ? { ...byStatus, code: word } : byStatus
}

/** `{"error": {"code": "…", "message": "…"}}` (learn.microsoft.com/graph/errors). */
const wordOf = (body: string): string | undefined => {
  try {
    const code = JSON.parse(body)?.error?.code
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}
