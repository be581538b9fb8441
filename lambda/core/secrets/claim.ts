// What a claim holds: a number drawn at random, so that two claims are never the same, or whose claim it is; and until when
// it stands.

import * as v from 'valibot'
import { longestInvocationSeconds } from '../../contract.ts'
import { decodeJson, schemaVersion, time } from './decode.ts'
import { Redacted } from './redacted.ts'

const schema = v.object({ schema: schemaVersion, claim: v.string(), until: v.optional(time) })

export const encodeClaim = (drawn: string, until: Date | undefined): Redacted =>
  new Redacted(JSON.stringify({ schema: 1, claim: drawn, ...(until && { until: until.toISOString() }) }))

/** One that does not say stands as long as any invocation can last. */
export const claimUntil = ({ text, createdAt }: { readonly text: Redacted; readonly createdAt: Date }): Date => {
  const decoded = decodeJson(schema, text, 'The claim')
  const until = decoded.ok ? decoded.value.until : undefined
  return until ?? new Date(createdAt.getTime() + longestInvocationSeconds * 1000)
}
