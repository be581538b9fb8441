// Finds the refresh token in an answer that is neither JSON nor a form: cut off, damaged, or in another format.

import { formFields, textField } from './answer-fields.ts'
import { marks, parse } from './json-values.ts'

/** A token at a lower level may belong to another account. */
const deepest = 4

/** Accepts only a complete token. If several differ at the same depth, none: one of them may belong to another account. */
export const refreshTokenIn = (text: string): string | undefined => {
  const begin = text.search(/[{[]/)
  if (begin === -1) return inCutForm(text) ?? onlyOne(text)
  let found: { readonly depth: number; readonly byObject: Map<number, string> } | undefined
  let isValue = false
  // The start of the open object at each depth. Of two tokens in one object the last counts, as in JSON.
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

/** For quotes that do not match, Python's and JavaScript's notation, and XML: the text after the key, if the key occurs once. */
const shapes: readonly RegExp[] = [
  new RegExp(`["']?refresh_?token["']?\\s{0,9}[:=]\\s{0,9}["'](${token})["']`, 'gi'),
  new RegExp(`<(?:\\w{1,20}:)?refresh_?token>\\s{0,99}(${token})\\s{0,99}</`, 'gi'),
]

const onlyOne = (text: string): string | undefined => {
  const tokens = new Set(shapes.flatMap((shape) => [...text.matchAll(shape)].map(([, one = '']) => one)))
  const [only, ...more] = tokens
  return more.length === 0 ? only : undefined
}

/** The last field of an incomplete form may be incomplete itself. */
const inCutForm = (text: string): string | undefined =>
  textField(formFields(text.slice(0, Math.max(text.lastIndexOf('&'), 0)).trim()), 'refresh_token')
