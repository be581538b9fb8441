// A habit: one way in which a provider answers token requests differently. It is plain data, so that a test, a file and a
// simulation can hold it.

import * as v from 'valibot'
import { envelopeNames } from './envelopes.ts'
import { writtenTimeNames } from './times.ts'
import { otherWordNames } from './words.ts'

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0))
const texts = v.record(v.string(), v.string())

const delivery = v.variant('kind', [
  v.strictObject({ kind: v.literal('drip'), everyMilliseconds: wholeNumber, bytes: v.optional(wholeNumber) }),
  v.strictObject({ kind: v.literal('slow-headers'), everyMilliseconds: wholeNumber }),
  v.strictObject({ kind: v.literal('stall'), afterBytes: wholeNumber }),
  v.strictObject({ kind: v.literal('cut'), afterBytes: wholeNumber, reset: v.optional(v.boolean()) }),
])

/**
 * In place of processing the request:
 * - `refuse`: with an AADSTS code; other fields have the default of the code
 * - `throttle`: 429 in plain text, with Retry-After
 * - `say`: as another provider refuses, by name (words.ts)
 * - `answer`: with this answer
 *
 * To the answer of a request that was processed:
 * - `fields`: these fields of a success are added, changed, or left out
 * - `lifetime`: a lifetime in a success is written in another way (times.ts)
 *
 * To every answer, refusals too:
 * - `envelope`: what stands around the JSON (envelopes.ts)
 * - `deliver`: how the bytes leave the server (delivery.ts)
 */
export const habit = v.variant('kind', [
  v.strictObject({
    kind: v.literal('refuse'),
    code: wholeNumber,
    codes: v.optional(v.array(wholeNumber)),
    error: v.optional(v.string()),
    suberror: v.optional(v.string()),
    status: v.optional(wholeNumber),
    retryAfterSeconds: v.optional(wholeNumber),
  }),
  v.strictObject({ kind: v.literal('throttle'), retryAfterSeconds: v.optional(v.union([wholeNumber, v.string()])) }),
  v.strictObject({ kind: v.literal('say'), as: v.picklist(otherWordNames), headers: v.optional(texts) }),
  v.strictObject({
    kind: v.literal('answer'),
    status: wholeNumber,
    headers: v.optional(texts),
    body: v.optional(v.string()),
  }),
  v.strictObject({
    kind: v.literal('fields'),
    set: v.optional(v.record(v.string(), v.unknown())),
    without: v.optional(v.array(v.string())),
  }),
  v.strictObject({
    kind: v.literal('lifetime'),
    as: v.picklist(writtenTimeNames),
    field: v.optional(v.string()),
    /** Another field that holds it in seconds: Zoho's `expires_in_sec`. */
    beside: v.optional(v.string()),
  }),
  v.strictObject({ kind: v.literal('envelope'), as: v.picklist(envelopeNames) }),
  v.strictObject({ kind: v.literal('deliver'), delivery }),
])

export type Habit = v.InferOutput<typeof habit>
