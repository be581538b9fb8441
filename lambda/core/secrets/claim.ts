// The content of a claim: a random number, so that two claims are never the same, or the name of its owner; and the time until
// which it is valid.

import * as v from 'valibot'
import { longestInvocationSeconds } from '../../contract.ts'
import { decodeJson, schemaVersion, time } from './decode.ts'
import { Redacted } from './redacted.ts'

const schema = v.object({ schema: schemaVersion, claim: v.string(), until: v.optional(time) })

export const encodeClaim = (drawn: string, until: Date | undefined): Redacted =>
  new Redacted(JSON.stringify({ schema: 1, claim: drawn, ...(until && { until: until.toISOString() }) }))

/** A claim without a time is valid for as long as an invocation can last. */
export const claimUntil = ({ text, createdAt }: { readonly text: Redacted; readonly createdAt: Date }): Date => {
  const decoded = decodeJson(schema, text, 'The claim')
  const until = decoded.ok ? decoded.value.until : undefined
  return until ?? new Date(createdAt.getTime() + longestInvocationSeconds * 1000)
}
