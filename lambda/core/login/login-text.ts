// The JSON of a login as a person writes it: in a file, or in the key/value form of the AWS console.

import * as v from 'valibot'
import type { Decoded } from '../secrets/decode.ts'
import { decodeObject, parseObject } from '../secrets/decode.ts'
import type { Redacted } from '../secrets/redacted.ts'

/** The console's key/value form writes every value as a string. */
export const loginSchemaVersion = v.picklist([1, '1'], 'must be 1')

/** A number, or the same in the string that the console's key/value form makes of it. */
export const typedNumber = <S extends v.GenericSchema<number, number>>(schema: S) =>
  v.pipe(
    v.unknown(),
    v.transform((given) => (typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : given)),
    schema,
  )

/** The fields of a login, without the empty rows that the console's key/value form leaves behind; or what is wrong. */
export const loginFields = (text: Redacted): Readonly<Record<string, unknown>> | string => {
  const json = parseObject(text.reveal())
  if (typeof json === 'string') return json
  return Object.fromEntries(Object.entries(json).filter(([key, value]) => key.trim() !== '' || value !== ''))
}

/** As `decodeJson` does it for the other rooms. */
export const decodeLoginText = <S extends v.GenericSchema>(schema: S, text: Redacted): Decoded<v.InferOutput<S>> => {
  const fields = loginFields(text)
  if (typeof fields === 'string') return { ok: false, problem: `the login ${fields}` }
  return decodeObject(schema, fields, 'the login')
}
