// The remedy of a failure of which only class and code are known.

import type { FailureClass } from '../../contract.ts'
import { aadsts } from './aadsts.ts'
import { errors, suberrors } from './errors.ts'
import { rowOf } from './look-up.ts'
import { ownFailures } from './own-failures.ts'
import type { Ruling } from './ruling.ts'
import { transports } from './transports.ts'

/** The remedy of a failure of which only class and code are known, as tags hold them. */
export const remedyOf = (failureClass: FailureClass, code: string): string => {
  const aadstsCode = /^AADSTS(\d+)$/.exec(code)?.[1]
  const known = aadstsCode === undefined ? undefined : rowOf(aadsts, aadstsCode)
  const error = rowOf(errors, code)
  const candidates: readonly (Ruling | undefined)[] = [
    known,
    known?.invalidGrantOnRefresh,
    rowOf<Ruling>(ownFailures, code),
    error,
    ...Object.values(error?.byGrant ?? {}),
    rowOf(transports, code),
    // An `error` that a suberror has refined keeps its code.
    ...(error === undefined ? [] : Object.values(suberrors)),
  ]
  const row = candidates.find((candidate) => candidate?.class === failureClass)
  return row?.remedy ?? `Look up "${failureClass}" in the runbook.`
}
