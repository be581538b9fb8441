// Reads an answer without tokens: its codes, numbers and ids, in the formats of many providers.

import * as v from 'valibot'
import { errorWordsOf } from './error-word.ts'
import { isRecord } from './look-up.ts'

export interface ErrorAnswer {
  /** Candidates for the provider's code, most precise first. They do not include an HTTP status that the body repeats. */
  readonly words: readonly string[]
  /** The provider's sentence, for comparison only: it may name a user. */
  readonly description: string
  /** Entra's numbers. */
  readonly codes: readonly number[]
  readonly suberror: string | undefined
  readonly traceId: string | undefined
  readonly correlationId: string | undefined
}

const text = v.fallback(v.optional(v.string()), undefined)

/** Fields of Entra, and Google's `error_subtype`: each is taken if it fits. */
const fields = v.object({
  error_codes: v.fallback(v.array(v.fallback(v.union([v.number(), v.string()]), '')), []),
  suberror: text,
  error_subtype: text,
  trace_id: text,
  correlation_id: text,
})

/** Undefined for a body that is neither JSON nor a form: a page, plain text, or an empty body. */
export const readErrorAnswer = (status: number, body: string): ErrorAnswer | undefined => {
  const json = parse(body)
  if (typeof json !== 'object' || json === null) return undefined
  const { error_codes, suberror, error_subtype, trace_id, correlation_id } = v.parse(fields, isRecord(json) ? json : {})
  const description = descriptionOf(json)
  return {
    words: errorWordsOf(json).filter((word) => word !== String(status)),
    description,
    codes: codesOf(error_codes, description),
    suberror: suberror ?? error_subtype,
    traceId: guidOf(trace_id),
    correlationId: guidOf(correlation_id),
  }
}

const parse = (body: string): unknown => {
  const bare = body.replace(/^\uFEFF/, '').trim()
  try {
    return JSON.parse(bare)
  } catch {
    // GitHub answers with a form if the request does not ask for JSON.
    return /^\w+=[^<>\s]*$/.test(bare) ? Object.fromEntries(new URLSearchParams(bare)) : undefined
  }
}

const descriptionKeys = [
  'error_description',
  'errorSummary',
  'message',
  'msg',
  'errmsg',
  'reason',
  'detail',
  'faultstring',
  'error',
] as const

/** The first sentence in the answer, or in the object or the list that holds its error. */
const descriptionOf = (json: unknown): string => {
  const top = Array.isArray(json) ? json[0] : json
  if (!isRecord(top)) return ''
  const errors = Array.isArray(top.errors) ? top.errors[0] : undefined
  for (const holder of [top, top.error, errors, top.fault].filter(isRecord)) {
    const sentence = descriptionKeys
      .map((key) => holder[key])
      .find((value) => typeof value === 'string' && value !== '')
    if (typeof sentence === 'string') return sentence.slice(0, 500)
  }
  return ''
}

/** From `error_codes`; where that is missing, the one code that the description begins with and nothing else of it. */
const codesOf = (listed: readonly (number | string)[], description: string): readonly number[] => {
  const codes = listed.map(String).filter((code) => /^\d{4,8}$/.test(code))
  if (codes.length > 0) return [...new Set(codes.map(Number))].slice(0, 8)
  const leading = /^AADSTS(\d{4,8})(?!\d)/.exec(description)?.[1]
  return leading === undefined ? [] : [Number(leading)]
}

const guidOf = (id: string | undefined): string | undefined =>
  id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined
