// The remedy of a failure if only class and code are known, as in tags.

import type { FailureClass } from '../../contract.ts'
import { aadsts } from './aadsts.ts'
import { errors, suberrors } from './errors.ts'
import { fallbacks } from './fallbacks.ts'
import { graphErrors } from './graph-errors.ts'
import { rowOf } from './look-up.ts'
import { ownFailures } from './own-failures.ts'
import {
  allowGrantInPolicy,
  asAskedByProvider,
  askDocumentation,
  askEntra,
  checkAccount,
  checkClient,
  fixRequest,
  signInAgain,
} from './remedies.ts'
import type { Ruling } from './ruling.ts'
import { storeFailure, unknownStore } from './store-errors.ts'
import { familyOf, transports } from './transports.ts'

/** If no row has the code in this class. */
const remedyOfClass: Readonly<Record<FailureClass, string>> = {
  transient: fallbacks.providerDown.remedy,
  throttled: asAskedByProvider,
  reauthorize: signInAgain,
  policy: allowGrantInPolicy,
  account: checkAccount,
  client: checkClient,
  request: fixRequest,
  refused: askDocumentation,
  store: unknownStore,
}

export const remedyOf = (failureClass: FailureClass, code: string): string => {
  if (failureClass === 'store') return storeFailure(code).remedy
  const number = /^AADSTS([1-9]\d*)$/.exec(code)?.[1]
  if (failureClass === 'refused' && number !== undefined) return askEntra(number)
  const row = rowsOf(code, number).find((candidate) => candidate?.class === failureClass)
  return row?.remedy ?? remedyOfClass[failureClass]
}

/** The possible meanings of the code, the likeliest first. */
const rowsOf = (code: string, number: string | undefined): readonly (Ruling | undefined)[] => {
  const known = number === undefined ? undefined : rowOf(aadsts, number)
  const error = rowOf(errors, code)
  return [
    known,
    known?.invalidGrantOnRefresh,
    rowOf<Ruling>(ownFailures, code),
    rowOf<Ruling>(graphErrors, code),
    // Tags describe refreshes.
    error?.byGrant?.refresh_token,
    error,
    ...Object.values(error?.byGrant ?? {}),
    rowOf(transports, code) ?? familyOf(code),
    ...ofStatus(code),
    // A `suberror` may make the meaning more precise, but the code stays that of `error`.
    ...(error === undefined ? [] : Object.values(suberrors)),
  ]
}

const ofStatus = (code: string): readonly Ruling[] =>
  code === 'http_429'
    ? [fallbacks.tooManyRequests]
    : /^http_\d{3}$/.test(code)
      ? [fallbacks.refusalWithoutWord, fallbacks.providerDown]
      : []
