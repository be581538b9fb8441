// A refresh token out of an answer that is neither JSON nor a form any more: cut off, damaged, or of another format.

import { formFields, textField } from './answer-fields.ts'
import { marks, parse } from './json-values.ts'

/** A token further down may be another account's. */
const deepest = 4

/** Only a token that is complete. Where several differ at the same depth, none: one of them may be another account's. */
export const refreshTokenIn = (text: string): string | undefined => {
  const begin = text.search(/[{[]/)
  if (begin === -1) return inCutForm(text) ?? onlyOne(text)
  let found: { readonly depth: number; readonly byObject: Map<number, string> } | undefined
  let isValue = false
  // Where the object began that each depth is in: of two tokens in one object the last counts, as JSON reads them.
  const objects: number[] = []
  const body = text.slice(begin)
  for (const { at, depth, opens, string } of marks(body)) {
    if (opens) objects[depth] = at
    if (string !== undefined && isValue && depth <= (found?.depth ?? deepest)) {
      const one = parse(string)
      if (typeof one === 'string' && one !== '') {
        const byObject = found?.depth === depth ? found.byObject : new Map<number, string>()
        found = { depth, byObject: byObject.set(objects[depth] ?? 0, one) }
      }
    }
    isValue = string === '"refresh_token"' && /^\s*:\s*"/.test(body.slice(at + 1, at + 20))
  }
  const [only, ...more] = new Set(found?.byObject.values())
  return more.length > 0 ? undefined : (only ?? onlyOne(text))
}

const token = String.raw`[\w.~+/=|:@!$*-]{1,20000}`

/** Where quotes do not match, or in Python's and JavaScript's notation, or in XML: what stands behind the key, if it stands once. */
const shapes: readonly RegExp[] = [
  new RegExp(`["']?refresh_?token["']?\\s{0,9}[:=]\\s{0,9}["'](${token})["']`, 'gi'),
  new RegExp(`<(?:\\w{1,20}:)?refresh_?token>\\s{0,99}(${token})\\s{0,99}</`, 'gi'),
]

const onlyOne = (text: string): string | undefined => {
  const tokens = new Set(shapes.flatMap((shape) => [...text.matchAll(shape)].map(([, one = '']) => one)))
  const [only, ...more] = tokens
  return more.length === 0 ? only : undefined
}

/** The last field of a form that was cut off may be cut off itself. */
const inCutForm = (text: string): string | undefined =>
  textField(formFields(text.slice(0, Math.max(text.lastIndexOf('&'), 0)).trim()), 'refresh_token')
