// All meanings of a code, with class and remedy, for `token-refresher explain`.

import { type FailureClass, failureClasses } from '../../contract.ts'
import { aadsts } from './aadsts.ts'
import { errorKeyOf, errors, suberrors } from './errors.ts'
import { fallbacks } from './fallbacks.ts'
import { graphErrors } from './graph-errors.ts'
import { rowOf } from './look-up.ts'
import { meaningOf, meaningOfClass } from './meaning-of.ts'
import { ownFailures } from './own-failures.ts'
import { askEntra } from './remedies.ts'
import { remedyOf } from './remedy-of.ts'
import { type GrantType, grants, type Ruling } from './ruling.ts'
import { storeFailure, storeRemedies } from './store-errors.ts'
import { familyOf, transports } from './transports.ts'

export interface Explanation {
  readonly class: FailureClass
  /** With placeholders for connection and client. */
  readonly remedy: string
  /** For which grants it applies. Absent: for all grants without a line of their own. */
  readonly grant?: Exclude<GrantType, 'client_credentials'>
}

export interface Explained {
  /** The code in the spelling of the tables. */
  readonly code: string
  readonly meaning: string | undefined
  /** The likeliest first. */
  readonly explanations: readonly Explanation[]
}

/** All codes that a table knows. */
export const knownCodes: readonly string[] = [
  ...Object.keys(aadsts).map((number) => `AADSTS${number}`),
  ...new Set(
    [errors, suberrors, ownFailures, graphErrors, transports, storeRemedies].flatMap((table): readonly string[] =>
      Object.keys(table),
    ),
  ),
]

const byLowerCase = new Map(knownCodes.map((code) => [code.toLowerCase(), code]))

/**
 * @param given a code, the number of an AADSTS code, or a class
 * @returns undefined if neither a table nor a family of codes knows it
 */
export const explainCode = (given: string): Explained | undefined => {
  const text = given.trim()
  const number = /^(?:AADSTS)?([1-9]\d{3,9})$/i.exec(text)?.[1]
  if (number !== undefined) return ofNumber(number)
  const ofClass = failureClasses.find((name) => name === text.toLowerCase())
  if (ofClass !== undefined) {
    const explanations = [{ class: ofClass, remedy: remedyOf(ofClass, '') }]
    return { code: ofClass, meaning: meaningOfClass[ofClass], explanations }
  }
  const code = byLowerCase.get(text.toLowerCase()) ?? errorKeyOf(text) ?? text
  const explanations = [...ofWord(code), ...ofStore(code)]
  return explanations.length === 0 ? undefined : { code, meaning: meaningOf(code), explanations }
}

const ofNumber = (number: string): Explained => {
  const code = `AADSTS${number}`
  const row = rowOf(aadsts, number)
  if (row === undefined) {
    const explanations = [{ class: 'refused', remedy: askEntra(number) } as const]
    return { code, meaning: 'not in the table of this project', explanations }
  }
  const onRefresh = row.invalidGrantOnRefresh
  const explanations = [plain(row), ...(onRefresh ? [{ ...plain(onRefresh), grant: 'refresh_token' } as const] : [])]
  return { code, meaning: meaningOf(code), explanations }
}

const plain = ({ class: name, remedy }: Ruling): Explanation => ({ class: name, remedy })

const ofWord = (code: string): readonly Explanation[] => {
  const error = rowOf(errors, code)
  const byGrant = grants.flatMap((grant) => {
    const ruling = error?.byGrant?.[grant]
    return ruling === undefined ? [] : [{ ...plain(ruling), grant }]
  })
  const first = error ?? rowOf<Ruling>(ownFailures, code) ?? rowOf<Ruling>(graphErrors, code) ?? rowOf(suberrors, code)
  const transport = rowOf(transports, code) ?? familyOf(code)
  const everywhere = [first, transport, ...ofStatus(code)].flatMap((row) => (row === undefined ? [] : [plain(row)]))
  return [...everywhere, ...byGrant]
}

const ofStatus = (code: string): readonly Ruling[] => {
  if (code === 'http_429') return [fallbacks.tooManyRequests]
  if (/^http_(408|425|5\d\d)$/.test(code)) return [fallbacks.providerDown]
  return /^http_4\d\d$/.test(code) ? [fallbacks.refusalWithoutWord] : []
}

/** Network codes are the same for the provider and for AWS. */
const ofStore = (code: string): readonly Explanation[] => {
  const { remedy, unknown } = storeFailure(code)
  return unknown ? [] : [{ class: 'store', remedy }]
}
